//! exercise: 1.5
//! test: resume::a_poll_resumes_where_the_last_one_stopped
//! verdict: wrong
//! message: ReadMessage was pending in poll 1, nothing had panicked, and yet poll 2 did
//! rule: A poll resumes at the await where the last one stopped.
//!
//! `mem::replace` took the state out, and the way out through Pending does not put it back. The
//! header and `open_body` are dropped, and the next poll finds the mark of a panic that never was.

<<<<<<< solution
                        *this = Self::AwaitingHeader { header, open_body };
=======
>>>>>>> wrong

//! exercise: 1.5
//! test: resume::the_header_is_dropped_before_the_body_is_opened
//! verdict: wrong
//! message: the header was still there when the body was opened
//! rule: A future that was awaited is dropped as soon as it is ready.
//!
//! The header goes out of scope at the end of the arm anyway. But by then `open_body` has run, with the
//! header still alive. For example, if the header holds the lock that the body needs, this hangs where
//! the `async fn` works.

<<<<<<< solution
                    // The await is over, and so is the life of the future it waited for.
                    drop(header);
                    let body = open_body(length);
                    *this = Self::AwaitingBody { length, body };
=======
                    *this = Self::AwaitingBody {
                        length,
                        body: open_body(length),
                    };
>>>>>>> wrong

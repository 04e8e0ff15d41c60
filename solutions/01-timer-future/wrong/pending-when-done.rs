//! exercise: 1.6
//! test: finished_once::a_finished_future_stays_ready
//! verdict: wrong
//! message: the output is there, but the answer was Pending
//! rule: Ready as soon as there is an output, and as long as it is there.
//!
//! There is nothing to poll, so there is nothing new: Pending. But the join asks both of its futures on
//! each poll. The one that finished first now says Pending for ever, and so does the join.

<<<<<<< solution
            Self::Done(_) => Poll::Ready(()),
=======
            Self::Done(_) => Poll::Pending,
>>>>>>> wrong

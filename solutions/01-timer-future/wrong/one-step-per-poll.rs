//! exercise: 1.5
//! test: resume::two_awaits_that_are_ready_take_one_poll
//! verdict: wrong
//! message: header and body were ready, and yet the first poll was pending
//! rule: A poll runs on until an await is pending or the function returns.
//!
//! One state per poll: do its work, set the next state, return Pending. But Pending is a promise that
//! the waker has been kept. The header is finished and the body has not been polled yet, so neither of
//! them has the waker, and the message is never polled again.

<<<<<<< solution
                    *this = Self::AwaitingBody { length, body };
=======
                    *this = Self::AwaitingBody { length, body };
                    return Poll::Pending;
>>>>>>> wrong

//! exercise: 1.5
//! test: resume::polled_after_completion_panics
//! verdict: wrong
//! message: resumed after panicking
//! rule: Polling an async function that has returned is a panic.
//!
//! The output has been handed over, so the state seems to matter no more. But a caller that polls once
//! too often is now told of a panic that never happened. The two messages send a reader of the log to
//! two different places.

<<<<<<< solution
                    drop(body);
                    *this = Self::Returned;
=======
                    drop(body);
>>>>>>> wrong

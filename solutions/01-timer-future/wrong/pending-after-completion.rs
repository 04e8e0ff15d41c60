//! exercise: 1.5
//! test: resume::polled_after_completion_panics
//! verdict: wrong
//! message: a poll after the output was handed over returned
//! rule: Polling an async function that has returned is a panic.
//!
//! A panic seems harsh for one poll too many, and Pending looks like a polite answer. But Pending is also
//! a promise to wake, and nothing is left that could keep it. The caller's mistake becomes a silence
//! that lasts for ever.

<<<<<<< solution
                    panic!("`async fn` resumed after completion");
=======
                    return Poll::Pending;
>>>>>>> wrong

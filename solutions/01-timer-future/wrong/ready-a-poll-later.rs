//! exercise: 1.6
//! test: finished_once::ready_in_the_poll_that_finishes_it
//! verdict: wrong
//! message: the future has finished in this poll, but the answer was Pending
//! rule: Ready as soon as there is an output, and as long as it is there.
//!
//! This changes the state now, and says so on the next poll. But there is no next poll. The future has
//! finished and will not wake its task, so this Pending is a promise that nothing keeps.

<<<<<<< solution
                let Poll::Ready(output) = future.as_mut().poll(cx) else {
                    return Poll::Pending;
                };
                // This drops the future (Never Polled Again).
                *self = Self::Done(output);
                Poll::Ready(())
=======
                if let Poll::Ready(output) = future.as_mut().poll(cx) {
                    *self = Self::Done(output);
                }
                Poll::Pending
>>>>>>> wrong

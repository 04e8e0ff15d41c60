//! exercise: 1.6
//! test: finished_once::the_output_stays_until_it_is_taken
//! verdict: wrong
//! message: nobody has taken the output, and poll 3 panicked
//! rule: The output stays until it is taken, however often it is polled.
//!
//! `mem::replace` takes the state out and leaves `Taken` behind. The arm with a running future puts its
//! state back. The arm that only says Ready does not. The first future to finish loses its output at the
//! next poll, which the other future causes.

<<<<<<< solution
        match self {
            Self::Running(future) => {
                let Poll::Ready(output) = future.as_mut().poll(cx) else {
                    return Poll::Pending;
                };
                // This drops the future (Never Polled Again).
                *self = Self::Done(output);
                Poll::Ready(())
            }
=======
        match mem::replace(self, Self::Taken) {
            Self::Running(mut future) => match future.as_mut().poll(cx) {
                Poll::Ready(output) => {
                    *self = Self::Done(output);
                    Poll::Ready(())
                }
                Poll::Pending => {
                    *self = Self::Running(future);
                    Poll::Pending
                }
            },
>>>>>>> wrong

//! exercise: 2.7
//! test: poll_a_task::a_panicked_future_is_not_polled_again
//! verdict: wrong
//! message: the task woke itself, panicked, and is in the queue
//! rule: A future that has panicked is dropped and never polled again.
//!
//! The panic is caught and noted, and the task goes back to waiting, in case it can recover. But a
//! future whose `poll` has panicked is in no state at all. For example, an `async` block panics again
//! if it is polled, and other futures may do worse. If it is not woken again it keeps what it owns, and
//! the executor waits for it.

<<<<<<< solution
            Ok(Poll::Pending) => {
=======
            Ok(Poll::Ready(())) => Ran::Complete,
            Ok(Poll::Pending) | Err(Panicked) => {
                let ran = if polled.is_ok() { Ran::Pending } else { Ran::Panicked };
>>>>>>> wrong

<<<<<<< solution
                return Ran::Pending;
            }
            Ok(Poll::Ready(())) => Ran::Complete,
            Err(Panicked) => Ran::Panicked,
=======
                return ran;
            }
>>>>>>> wrong

//! exercise: 9.5
//! test: cancel::a_timer_that_is_dropped_is_not_fired
//! verdict: wrong
//! message: wakes
//! rule: A timer that was dropped is not fired, and its waker is given back.
//!
//! What waits for a timer should learn that there is none any more. But the only one that waits is
//! the owner of the future, and it has just dropped it. Its task is polled for nothing, once for each
//! timeout that was not needed.

<<<<<<< solution
        // Foreign code.
        drop(waker);
=======
        if let Some(waker) = waker {
            waker.wake();
        }
>>>>>>> wrong

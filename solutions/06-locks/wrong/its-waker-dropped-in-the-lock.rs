//! exercise: 6.6
//! test: give_back::wakers_are_dropped_and_woken_with_no_lock_held
//! verdict: hangs
//! message: is stuck inside the drop
//! rule: A waker is foreign code: it is cloned, woken and dropped with no lock held.
//! source: tokio #8529, #8552, #8554, #8558, #8618
//!
//! The waker is not needed any more, and so it is dropped at once. But a waker may be the last owner of
//! its task; the task may hold a permit; the permit goes back to the semaphore, and that is locked.

<<<<<<< solution
        // SAFETY: the waiter is in this list, or it was handed what it waited for and is in none.
        let waker = unsafe { waiters.remove(&self.waiter) };
=======
        // SAFETY: the waiter is in this list, or it was handed what it waited for and is in none.
        drop(unsafe { waiters.remove(&self.waiter) });
>>>>>>> wrong

<<<<<<< solution
        drop(waker);
=======
>>>>>>> wrong

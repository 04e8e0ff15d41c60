//! exercise: 6.3
//! test: notify_one::one_who_is_enabled_is_chosen
//! verdict: wrong
//! message: one in the queue has no waker yet, and notify_one panicked
//! rule: A notification is handed to one waiting task, and to no other.
//!
//! QUEUED is set, so a task waits, so there is a waker: a broken invariant panics. Two things are
//! wrong with that. A future that was enabled waits without a waker. And QUEUED was seen before the
//! lock was taken; the only waiter may have left since.

<<<<<<< solution
        if let Some(waker) = waker {
            waker.wake();
        }
=======
        waker.expect("somebody waits").wake();
>>>>>>> wrong

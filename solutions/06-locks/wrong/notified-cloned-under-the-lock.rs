//! exercise: 6.2
//! test: join_queue::a_waker_is_cloned_and_dropped_with_no_lock_held
//! verdict: wrong
//! message: the waker is being cloned, and the lists
//! rule: A waker is foreign code: it is cloned, woken and dropped with no lock held.
//! source: tokio #4129
//!
//! The clone is made where it is needed, and only if it is needed: under the lock, when there is no
//! notification. With the wakers of a runtime that does no harm. But this waker's clone polls another
//! future of the same `Notify`, and waits for the lock that its caller holds.

<<<<<<< solution
        // A clone is foreign code, and so it comes before the lock.
        let waker = waker.cloned();
=======
>>>>>>> wrong

<<<<<<< solution
        // SAFETY: the waiter is in no list, and pinned with the future, whose `drop` takes it out.
        unsafe { lists.waiting.push(&self.waiter, waker) };
=======
        // SAFETY: the waiter is in no list, and pinned with the future, whose `drop` takes it out.
        unsafe { lists.waiting.push(&self.waiter, waker.cloned()) };
>>>>>>> wrong

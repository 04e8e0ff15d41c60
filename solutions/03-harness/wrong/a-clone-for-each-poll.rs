//! exercise: 3.5
//! test: leave_waker::the_same_waker_is_cloned_once
//! verdict: wrong
//! message: A waker that would wake the same task is not cloned again.
//! rule: A waker that would wake the same task is not cloned again.
//!
//! The latest waker is the right one, so each poll puts its own there. Most often it is the same
//! waker again. Then the clone and the drop are two atomic operations on the word of the waiting
//! task, for nothing.

<<<<<<< solution
    // SAFETY: JOIN_WAKER is clear, and only we set it: the waker is ours.
    let is_same = unsafe { task.trailer().will_wake(waker) };
    if !is_same {
        // Foreign code, both the drop and the clone. If one of them panics, the bit is clear, and
        // then no waker may be left in its place: no thread would know of it.
        //
        // SAFETY: as above.
        drop(unsafe { task.trailer().replace_waker(None) });
        let waker = Some(waker.clone());
        // SAFETY: as above.
        let stale = unsafe { task.trailer().replace_waker(waker) };
        debug_assert!(stale.is_none(), "Join Waker Changes Hands: taken out");
    }
=======
    // SAFETY: JOIN_WAKER is clear, and only we set it: the waker is ours.
    let stale = unsafe { task.trailer().replace_waker(Some(waker.clone())) };
>>>>>>> wrong

<<<<<<< solution
        // Completed meanwhile, by a thread that saw no waker: it is still ours.
        //
        // SAFETY: JOIN_WAKER is clear, and COMPLETE is set, so it stays clear.
        drop(unsafe { task.trailer().replace_waker(None) });
    }
=======
        // SAFETY: JOIN_WAKER is clear, and COMPLETE is set, so it stays clear.
        drop(unsafe { task.trailer().replace_waker(None) });
    }
    drop(stale);
>>>>>>> wrong

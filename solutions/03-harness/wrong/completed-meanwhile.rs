//! exercise: 3.5
//! test: loom_leave_waker::the_first_waker_is_left_while_the_task_ends
//! verdict: wrong
//! message: wakes: 0, but expected 1
//! rule: A task that awaits another is woken when that completes, or finds it complete.
//! source: futures-rs #2706: a wake between the poll and the storing of the waker was dropped
//!
//! The task was not complete when we looked, and the waker is in its place now. But between the
//! look and the last step another thread can complete the task. It sees no waker and wakes no task.
//! The last step returns just that, and this answer throws it away.

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
    let left = task.state().set_join_waker();
    if left.is_err() {
        // Completed meanwhile, by a thread that saw no waker: it is still ours.
        //
        // SAFETY: JOIN_WAKER is clear, and COMPLETE is set, so it stays clear.
        drop(unsafe { task.trailer().replace_waker(None) });
    }
    left
=======
    // SAFETY: JOIN_WAKER is clear, and only we set it: the waker is ours.
    if !unsafe { task.trailer().will_wake(waker) } {
        // SAFETY: as above.
        drop(unsafe { task.trailer().replace_waker(Some(waker.clone())) });
    }
    let _ = task.state().set_join_waker();
    Ok(())
>>>>>>> wrong

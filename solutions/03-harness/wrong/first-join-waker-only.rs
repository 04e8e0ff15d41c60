//! exercise: 3.5
//! test: leave_waker::the_waker_of_the_latest_poll_is_kept
//! verdict: wrong
//! message: A future that returns Pending keeps the waker of its latest poll.
//! rule: A future that returns Pending keeps the waker of its latest poll.
//! source: futures-intrusive #18: after the future moved to another task, the old one was woken
//!
//! A waker is there already, so the completion will wake a task. It wakes the task that polled the
//! handle first. But between two polls a handle can move to another task, and that task waits for
//! ever.

<<<<<<< solution
        task.state().unset_join_waker()?;
    }
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
        return Ok(());
    }
    // SAFETY: JOIN_WAKER is clear, and only we set it: the waker is ours.
    drop(unsafe { task.trailer().replace_waker(Some(waker.clone())) });
>>>>>>> wrong

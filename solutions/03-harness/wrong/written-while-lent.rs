//! exercise: 3.5
//! test: leave_waker::the_waker_of_the_latest_poll_is_kept
//! verdict: wrong
//! message: Join Waker Changes Hands
//! rule: The join waker is touched by its owner alone.
//! source: tokio-rs/tokio oneshot #4225 (RUSTSEC-2021-0124): two threads touched one cell
//!
//! It is our own waker, and no other code writes there: exchange it. But while JOIN_WAKER is set, no
//! side owns the waker. A thread that completes the task at this moment takes it out of the place
//! that we are writing to. An assertion finds it here. Without one, two threads have one waker.

<<<<<<< solution
    if state.is_join_waker_set() {
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
    let left = task.state().set_join_waker();
    if left.is_err() {
        // Completed meanwhile, by a thread that saw no waker: it is still ours.
        //
        // SAFETY: JOIN_WAKER is clear, and COMPLETE is set, so it stays clear.
        drop(unsafe { task.trailer().replace_waker(None) });
    }
    left
=======
    // SAFETY: only the `JoinHandle` writes the waker.
    if !unsafe { task.trailer().will_wake(waker) } {
        // SAFETY: as above.
        drop(unsafe { task.trailer().replace_waker(Some(waker.clone())) });
    }
    task.state().set_join_waker()
>>>>>>> wrong

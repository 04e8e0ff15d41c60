//! exercise: 3.5
//! test: leave_waker::a_clone_that_panics_leaves_no_waker_behind
//! verdict: wrong
//! message: A join handle that is dropped leaves no waker behind.
//! rule: A join handle that is dropped leaves no waker behind.
//!
//! The new waker goes in and the old one comes out, in one call, and foreign code comes last. But
//! the clone is foreign too. If it panics, the old waker is in its place and `JOIN_WAKER` is clear,
//! so no thread knows of it: it is kept until the cell is freed.

<<<<<<< solution
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
=======
    let mut stale = None;
    if !is_same {
        let waker = Some(waker.clone());
        // SAFETY: as above.
        stale = unsafe { task.trailer().replace_waker(waker) };
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

//! exercise: 5.7
//! test: receive::the_same_waker_is_cloned_once
//! verdict: wrong
//! message: clones: 4, but expected 1
//! rule: A waker that would wake the same task is not cloned again.
//!
//! The latest waker is put there at each poll, and the stale one dropped. It is right. But it costs a
//! clone and a drop whenever the task is polled for another reason, for example because it waits for
//! several things.

<<<<<<< solution
    // SAFETY: RX_WAKER is clear, and only we set it: the cell is ours (The Waker Changes Hands).
    if !unsafe { shared.rx_waker_will_wake(waker) } {
        // Foreign code: before and after the exchange. If the clone panics, the stale waker is
        // still in the cell, and only we will look there.
        let waker = waker.clone();
        // SAFETY: as above.
        discard(unsafe { shared.replace_rx_waker(Some(waker)) });
    }
=======
    let waker = waker.clone();
    // SAFETY: RX_WAKER is clear, and only we set it: the cell is ours (The Waker Changes Hands).
    discard(unsafe { shared.replace_rx_waker(Some(waker)) });
>>>>>>> wrong

//! exercise: 5.7
//! test: receive::the_waker_of_the_latest_poll_is_kept
//! verdict: wrong
//! message: wakers held of the latest poll: 0
//! rule: A future that returns Pending keeps the waker of its latest poll.
//! source: futures-intrusive #18: after the future moved to another task, the old one was woken
//!
//! A waker is there already, so the send will wake a task. It wakes the task that polled first. But the
//! receiver has moved to another task since, and that task waits for ever.

<<<<<<< solution
        let state = shared.state.unset_rx_waker();
        if state.is_complete() {
            // The sender has come for the waker, and calls it.
            return state;
        }
    }
    // SAFETY: RX_WAKER is clear, and only we set it: the cell is ours (The Waker Changes Hands).
    if !unsafe { shared.rx_waker_will_wake(waker) } {
        // Foreign code: before and after the exchange. If the clone panics, the stale waker is
        // still in the cell, and only we will look there.
        let waker = waker.clone();
        // SAFETY: as above.
        discard(unsafe { shared.replace_rx_waker(Some(waker)) });
    }
=======
        return state;
    }
    // SAFETY: RX_WAKER is clear, and only we set it: the cell is ours (The Waker Changes Hands).
    discard(unsafe { shared.replace_rx_waker(Some(waker.clone())) });
>>>>>>> wrong

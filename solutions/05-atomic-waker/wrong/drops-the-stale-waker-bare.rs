//! exercise: 5.7
//! test: receive::a_drop_that_panics_is_not_the_panic_of_whoever_polls
//! verdict: wrong
//! message: which is another task's
//! rule: A waker that panics leaves a channel that works.
//!
//! RX_WAKER is clear, so no window is open and no thread is kept out: the stale waker may be dropped
//! here. But if that panics, the poll of the task that awaits the receiver now ends with the panic of
//! a task that awaited it before, and its own waker is not left with the sender.

<<<<<<< solution
        // SAFETY: as above.
        discard(unsafe { shared.replace_rx_waker(Some(waker)) });
=======
        // SAFETY: as above.
        drop(unsafe { shared.replace_rx_waker(Some(waker)) });
>>>>>>> wrong

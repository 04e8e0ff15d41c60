//! exercise: 5.7
//! test: receive::a_drop_that_panics_is_not_the_panic_of_whoever_polls
//! verdict: wrong
//! message: which is somebody else's
//! rule: A waker that panics leaves a channel that works.
//!
//! RX_WAKER is clear, so no window is open and nobody is kept out: the stale waker may be dropped
//! here. If that panics, the poll of the task that awaits the receiver now ends with the panic of
//! one that did so before, and its own waker is not left with the sender.

if state.is_rx_waker_set() {
    let state = shared.state.unset_rx_waker();
    if state.is_complete() {
        return state;
    }
}
// SAFETY: RX_WAKER is clear, and only we set it: the cell is ours (The Waker Changes Hands).
if !unsafe { shared.rx_waker_will_wake(waker) } {
    let waker = waker.clone();
    // SAFETY: as above.
    drop(unsafe { shared.replace_rx_waker(Some(waker)) });
}
shared.state.set_rx_waker()

//! exercise: 5.7
//! test: receive::the_waker_of_the_latest_poll_is_kept
//! verdict: wrong
//! message: wakers held of the latest poll: 0
//! rule: A future that returns Pending keeps the waker of its latest poll.
//! source: futures-intrusive #18: after the future moved to another task, the old one was woken
//!
//! A waker is there already, so the send will wake somebody. It wakes whoever polled first. The
//! receiver has moved to another task since, and that one waits for ever.

if state.is_rx_waker_set() {
    return state;
}
// SAFETY: RX_WAKER is clear, and only we set it: the cell is ours (The Waker Changes Hands).
discard(unsafe { shared.replace_rx_waker(Some(waker.clone())) });
shared.state.set_rx_waker()

//! exercise: 5.7
//! test: loom_receive::a_send_while_the_receiver_moves
//! verdict: wrong
//! message: loom found an interleaving
//! rule: Whoever polled last is woken, unless it has seen the value.
//!
//! RX_WAKER is cleared, so the cell is ours again. Unless the sender was faster: then the word says
//! COMPLETE as well, and the sender is in the cell, for the bit was set when it came. What the step
//! returns has to be looked at.

if state.is_rx_waker_set() {
    let _ = shared.state.unset_rx_waker();
}
// SAFETY: RX_WAKER is clear, and only we set it: the cell is ours (The Waker Changes Hands).
if !unsafe { shared.rx_waker_will_wake(waker) } {
    let waker = waker.clone();
    // SAFETY: as above.
    discard(unsafe { shared.replace_rx_waker(Some(waker)) });
}
shared.state.set_rx_waker()

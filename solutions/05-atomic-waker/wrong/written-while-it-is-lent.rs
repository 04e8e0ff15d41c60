//! exercise: 5.7
//! test: loom_receive::a_send_while_the_receiver_moves
//! verdict: wrong
//! message: loom found an interleaving
//! rule: The waker's cell is the receiver's while RX_WAKER is clear, and nobody may look into it otherwise (The Waker Changes Hands).
//!
//! The cell is the receiver's, it is in the name, so the waker in it is exchanged, and then the bit
//! is set, or stays set. While RX_WAKER is set a sender may complete at any moment and take the
//! waker: two threads in one cell.

let _ = state;
// SAFETY: we are the receiver.
if !unsafe { shared.rx_waker_will_wake(waker) } {
    let waker = waker.clone();
    // SAFETY: as above.
    discard(unsafe { shared.replace_rx_waker(Some(waker)) });
}
shared.state.set_rx_waker()

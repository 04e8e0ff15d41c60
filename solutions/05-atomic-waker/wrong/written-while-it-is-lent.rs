//! exercise: 5.7
//! test: loom_receive::a_send_while_the_receiver_moves
//! verdict: wrong
//! message: loom found an interleaving
//! rule: The waker's cell is the receiver's while RX_WAKER is clear, and the receiver may not look into it otherwise (The Waker Changes Hands).
//!
//! The cell is the receiver's, its name says so. So the waker in it is exchanged, and then the bit
//! is set, or stays set. But while RX_WAKER is set a sender may complete at any moment and take the
//! waker: two threads are in one cell.

<<<<<<< solution
    if state.is_rx_waker_set() {
        let state = shared.state.unset_rx_waker();
        if state.is_complete() {
            // The sender has come for the waker, and calls it.
            return state;
        }
    }
=======
    let _ = state;
>>>>>>> wrong

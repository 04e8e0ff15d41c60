//! exercise: 5.7
//! test: loom_receive::a_send_while_the_receiver_moves
//! verdict: wrong
//! message: loom found an interleaving
//! rule: The task that polled last is woken, unless it has seen the value.
//!
//! RX_WAKER is cleared, so the cell is ours again. Not if the sender was faster: then the word says
//! COMPLETE as well, and the sender is in the cell, for the bit was set when it came. We have to look
//! at what the step returns.

<<<<<<< solution
        let state = shared.state.unset_rx_waker();
        if state.is_complete() {
            // The sender has come for the waker, and calls it.
            return state;
        }
=======
        let _ = shared.state.unset_rx_waker();
>>>>>>> wrong

//! exercise: 5.7
//! test: receive::a_value_that_comes_during_the_poll_is_returned
//! verdict: wrong
//! message: the poll returned Pending, and the task was woken 0 times
//! rule: A poll that leaves its waker too late for a send returns the value.
//! source: futures-rs #2706, #2899: a wake between the poll and the storing of the waker was dropped
//!
//! The waker is in its place, and we return what we knew when we began: nothing was there. But the
//! value came while we were cloning. Its sender found no RX_WAKER and did not wake us. The word has
//! told us so, in the step whose result is thrown away.

<<<<<<< solution
    // A value that came meanwhile did not wake us, but this says that it came.
    shared.state.set_rx_waker()
=======
    let _ = shared.state.set_rx_waker();
    state
>>>>>>> wrong

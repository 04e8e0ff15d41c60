//! exercise: 7.1
//! test: fill::the_receiver_goes_before_the_slot_is_filled
//! verdict: wrong
//! message: it was said to be sent, and nobody is there
//! rule: A value that will not be received comes back to its sender.
//! source: futures-rs #909, tokio #7714
//!
//! The slot was ours when we claimed it, so the value is in the channel, and what is in the channel is
//! dropped with it. But the receiver has gone by already, and dropped what was there. It will never look
//! for this value. The value is leaked, and its sender thinks that it was sent.

<<<<<<< solution
        // ORDERING: AcqRel: Release, so that the receiver that finds READY finds the value; Acquire,
        // so that with AWAITED we find its waker.
        match slot.state.swap(READY, AcqRel) {
            AWAITED => self.receiver.wake(),
            // SAFETY: published over ABANDONED the value is ours. The slot is still there: a receiver
            // that abandons gives no block back.
            ABANDONED => return Err(unsafe { slot.read() }),
            _ => {}
=======
        if slot.state.swap(READY, AcqRel) == AWAITED {
            self.receiver.wake();
>>>>>>> wrong

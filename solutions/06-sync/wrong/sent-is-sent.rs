//! exercise: 6.7
//! test: fill::the_receiver_goes_before_the_slot_is_filled
//! verdict: wrong
//! message: it was said to be sent, and nobody is there
//! rule: A value that nobody will take comes back to its sender.
//! source: futures-rs #909, tokio #7714
//!
//! The slot was ours when we claimed it, so the value is in the channel, and what is in the channel is
//! dropped with it. But the receiver has gone by already, and dropped what was there. This value
//! nobody will ever look for: it is leaked, and its sender thinks that it was sent.

let slot = self.queue.slot(&claim);
// SAFETY: the claim is ours, and this is all that is done with it.
unsafe { slot.write(value) };
if slot.state.swap(READY, AcqRel) == AWAITED {
    self.receiver.wake();
}
Ok(())

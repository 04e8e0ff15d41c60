//! exercise: 6.7
//! test: fill::another_slot_wakes_nobody
//! verdict: wrong
//! message: wakes for a value that is not next
//! rule: Who fills another slot wakes nobody.
//!
//! To wake once too often is harmless, so every send wakes. Harmless is not free: the receiver is
//! queued, polled, finds that its value is still missing, and leaves its waker again, for each value
//! that it cannot take yet. And the send itself has one more atomic operation, for nothing.

let slot = self.queue.slot(&claim);
// SAFETY: the claim is ours, and this is all that is done with it.
unsafe { slot.write(value) };
if slot.state.swap(READY, AcqRel) == ABANDONED {
    // SAFETY: published over ABANDONED the value is ours.
    return Err(unsafe { slot.read() });
}
self.receiver.wake();
Ok(())

//! exercise: 6.7
//! test: loom_fill::a_value_is_published_after_it_was_written
//! verdict: wrong
//! message: Causality violation: Concurrent read and
//! rule: The receiver takes the value when it is published, and not before.
//!
//! The state decides what becomes of the value, so it seems to come first. But READY is what the
//! receiver goes by: from then on the slot is its own, and it reads while we write.

let slot = self.queue.slot(&claim);
match slot.state.swap(READY, AcqRel) {
    ABANDONED => return Err(value),
    before => {
        // SAFETY: the claim is ours, and this is all that is done with it.
        unsafe { slot.write(value) };
        if before == AWAITED {
            self.receiver.wake();
        }
    }
}
Ok(())

//! exercise: 7.1
//! test: loom_fill::a_value_is_published_after_it_was_written
//! verdict: wrong
//! message: Causality violation: Concurrent read and
//! rule: The receiver takes the value when it is published, and not before.
//!
//! The state decides what becomes of the value, so it seems to come first. But the receiver goes by
//! READY: from then on the slot is its own, and it reads while we write.

<<<<<<< solution
        // SAFETY: the claim is ours, and this is all that is done with it.
        unsafe { slot.write(value) };
        // ORDERING: AcqRel: Release, so that the receiver that finds READY finds the value; Acquire,
        // so that with AWAITED we find its waker.
        match slot.state.swap(READY, AcqRel) {
            AWAITED => self.receiver.wake(),
            // SAFETY: published over ABANDONED the value is ours. The slot is still there: a receiver
            // that abandons gives no block back.
            ABANDONED => return Err(unsafe { slot.read() }),
            _ => {}
=======
        match slot.state.swap(READY, AcqRel) {
            ABANDONED => return Err(value),
            before => {
                // SAFETY: the claim is ours, and this is all that is done with it.
                unsafe { slot.write(value) };
                if before == AWAITED {
                    self.receiver.wake();
                }
            }
>>>>>>> wrong

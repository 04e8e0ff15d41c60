//! exercise: 7.1
//! test: fill::another_slot_wakes_nobody
//! verdict: wrong
//! message: wakes for a value that is not next
//! rule: A sender that fills another slot does not wake the receiver.
//!
//! Waking once too often is harmless, so every send wakes. But harmless is not free. The receiver is
//! queued, polled, finds that its value is still missing, and leaves its waker again, for each value
//! that it cannot take yet. And the send itself has one more atomic operation, for nothing.

<<<<<<< solution
        // ORDERING: AcqRel: Release, so that the receiver that finds READY finds the value; Acquire,
        // so that with AWAITED we find its waker.
        match slot.state.swap(READY, AcqRel) {
            AWAITED => self.receiver.wake(),
            // SAFETY: published over ABANDONED the value is ours. The slot is still there: a receiver
            // that abandons gives no block back.
            ABANDONED => return Err(unsafe { slot.read() }),
            _ => {}
        }
=======
        if slot.state.swap(READY, AcqRel) == ABANDONED {
            // SAFETY: published over ABANDONED the value is ours.
            return Err(unsafe { slot.read() });
        }
        self.receiver.wake();
>>>>>>> wrong

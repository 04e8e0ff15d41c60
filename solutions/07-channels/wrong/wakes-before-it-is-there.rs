//! exercise: 7.1
//! test: fill::the_value_is_there_when_the_receiver_is_woken
//! verdict: wrong
//! message: what the waker saw: None, but expected Some(7)
//! rule: When the receiver is woken the value is there.
//!
//! The receiver is told first, so that it can get ready while we finish. But it may be quicker than we
//! are: it looks, finds nothing, and leaves its waker again. The swap then sees AWAITED, if we look
//! at what it returns; here we have done our waking already.

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
        Ok(())
=======
        if slot.state.load(Acquire) == AWAITED {
            self.receiver.wake();
        }
        match slot.state.swap(READY, AcqRel) {
            // SAFETY: published over ABANDONED the value is ours.
            ABANDONED => Err(unsafe { slot.read() }),
            _ => Ok(()),
        }
>>>>>>> wrong

//! exercise: 6.11
//! test: broadcast::messages_that_use_the_channel
//! verdict: hangs
//! message: a message waits for a lock
//! rule: No lock is held while wakers are called, or messages are cloned or dropped.
//!
//! The message is in the ring, and the ring is locked, so it can be cloned right there; then it
//! needs no `Arc`, as here, where the clone has merely come a line too early. A clone is foreign
//! code. If it asks the channel for anything, it waits for the lock that its own thread holds.

<<<<<<< solution
        let message = self.lock().take(next)?;
        // Without a lock. If we are the last to see it, it is ours.
        Ok(Arc::unwrap_or_clone(message))
=======
        let mut ring = self.lock();
        let message = ring.take(next)?;
        Ok(Arc::unwrap_or_clone(message))
>>>>>>> wrong

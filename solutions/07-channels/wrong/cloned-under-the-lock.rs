//! exercise: 7.6
//! test: broadcast::messages_that_use_the_channel
//! verdict: hangs
//! message: a message waits for a lock
//! rule: No lock is held while wakers are called, or messages are cloned or dropped.
//!
//! The ring must not change while a message is looked for in it, so it is locked for that. But the
//! guard is still there when the message is cloned. A clone is foreign code: if it asks the channel
//! for anything, for example its length, it waits for the lock that its own thread holds.

<<<<<<< solution
            if let Some(inside) = self.place(*next).enter(*next) {
                *next += 1;
                return Ok(inside.receive());
            }
=======
            let ring = self.lock();
            if let Some(inside) = self.place(*next).enter(*next) {
                *next += 1;
                return Ok(inside.receive());
            }
            drop(ring);
>>>>>>> wrong

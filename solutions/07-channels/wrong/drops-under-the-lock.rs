//! exercise: 7.6
//! test: broadcast::messages_that_use_the_channel
//! verdict: hangs
//! message: a message waits for a lock
//! rule: No lock is held while wakers are called, or messages are cloned or dropped.
//!
//! `put` leaves the message that it has overwritten, and the sender has no use for it. So the sender
//! drops it at once, some lines before the lock is released.

<<<<<<< solution
        place.put(position, message, receivers, &mut ring.spare);
=======
        place.put(position, message, receivers, &mut ring.spare);
        *message = None;
>>>>>>> wrong

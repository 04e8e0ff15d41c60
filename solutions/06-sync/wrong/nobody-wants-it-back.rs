//! exercise: 6.11
//! test: broadcast::messages_that_use_the_channel
//! verdict: hangs
//! message: a message waits for a lock
//! rule: No lock is held while wakers are called, or messages are cloned or dropped.
//!
//! `put` returns the message that it has overwritten, and nobody here has any use for it. A value
//! that is not kept is dropped at the end of its statement: some lines before the lock is released.

<<<<<<< solution
        let overwritten = place.put(ring.tail, value, receivers, &mut ring.spare);
=======
        place.put(ring.tail, value, receivers, &mut ring.spare);
>>>>>>> wrong
<<<<<<< solution
        drop(overwritten);
=======
>>>>>>> wrong

//! exercise: 7.5
//! test: loom_watch::one_looks_while_another_sends
//! verdict: wrong
//! message: unseen, after 0 or 1 was seen
//! rule: Each receiver knows what it has seen; a new one has seen what is there.
//!
//! The version is an atomic, so it can be read before the lock is taken, and the lock is held for
//! less. But a send between the two gives the new value and the old version: what was just seen counts
//! as unseen. In the other order, with the lock released in between, it would be worse: what was
//! never seen would count as seen.

<<<<<<< solution
        let value = self.shared.read();
        // Under the lock, so that it is the version of this value (Version Under Lock).
        let version = self.shared.snapshot().version();
=======
        let version = self.shared.snapshot().version();
        let value = self.shared.read();
>>>>>>> wrong

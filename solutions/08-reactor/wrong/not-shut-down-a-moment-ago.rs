//! exercise: 8.15
//! test: loom_register::a_source_against_the_shutdown
//! verdict: wrong
//! message: told
//! rule: A shutdown ends each wait, and refuses the sources that come after it.
//! source: tokio #2903
//!
//! A call of the system should not be made under a lock, so the lock is released for it. The shutdown was asked for before, and had
//! not come. It comes now, ends all waits that it finds, and does not find this source. Then the source is written down, and its task waits
//! for ever. To look again after the call is not enough, either: then the system watches a source that was refused.

<<<<<<< solution
        // Nothing is written yet that would have to be undone. An event that comes at once waits for the lock.
        poller.register(source, token, interest)?;
=======
        drop(state);
        poller.register(source, token, interest)?;
        let mut state = self.shared.lock();
>>>>>>> wrong

//! exercise: 7.5
//! test: loom_watch::one_sends_and_goes
//! verdict: wrong
//! message: deadlock
//! rule: changed() waits for a value that was not seen, which it then is.
//!
//! Look whether there is something new; if there is not, ask to be woken, and wait. But the send comes
//! between the two. It wakes all that have asked, and we have not. Nothing tells us later.

<<<<<<< solution
            let changed = self.changed.notified();
            let snapshot = self.snapshot();
=======
            let snapshot = self.snapshot();
>>>>>>> wrong
<<<<<<< solution
            changed.await;
=======
            self.changed.notified().await;
>>>>>>> wrong

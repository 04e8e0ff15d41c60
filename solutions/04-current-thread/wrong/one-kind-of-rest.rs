//! exercise: 4.5
//! test: rest::the_driver_is_due
//! verdict: wrong
//! message: sleeps: 1, but expected 0
//! rule: The driver is asked, without a sleep, if it is due or if something is deferred.
//!
//! To sleep in the driver is to ask it as well, so one call does for both. It returns when there is
//! an event. If none comes, those who gave way wait as well, and so do the tasks that were due.

<<<<<<< solution
        let is_deferred = !self.context.core().defer.is_empty();
        ⋮
        }
=======
        if !root.is_woken() {
            self.sleep(root);
            self.context.wake_deferred();
        }
>>>>>>> wrong

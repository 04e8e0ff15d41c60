//! exercise: 4.5
//! test: rest::the_driver_is_due
//! verdict: wrong
//! message: sleeps: 1, but expected 0
//! rule: The driver is asked, without a sleep, if it is due or if something is deferred.
//!
//! A sleep in the driver asks it as well, so one call seems to do for both. But it returns only
//! when there is an event. If none comes, the tasks that gave way wait as well, and so do the tasks
//! that were due.

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

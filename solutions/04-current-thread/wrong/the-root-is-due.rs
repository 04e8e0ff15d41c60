//! exercise: 4.5
//! test: rest::the_driver_is_due
//! verdict: wrong
//! message: looks at the driver: 0, but expected 1
//! rule: The driver is asked, without a sleep, if it is due or if something is deferred.
//!
//! The root was woken, so this is no time to rest, and the loop goes on at once. If the root wakes
//! itself in each poll, that is so each time. Once the count is at 61 it stays past it: no task is
//! polled any more, the driver is not asked, and a task that gave way never comes back.

<<<<<<< solution
        let is_deferred = !self.context.core().defer.is_empty();
=======
        if root.is_woken() {
            return;
        }
        let is_deferred = !self.context.core().defer.is_empty();
>>>>>>> wrong

<<<<<<< solution
        } else if !root.is_woken() {
=======
        } else {
>>>>>>> wrong

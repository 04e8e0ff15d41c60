//! exercise: 4.2
//! test: loom_announce::a_push_comes_before_the_sleep_or_ends_it
//! verdict: wrong
//! message: deadlock
//! rule: The last look and the announcement of the sleep are one step.
//!
//! `inject` has a look that needs no lock, and it is made for the scheduler. If it finds something,
//! that is all we need to know. If it finds nothing, that was true a moment ago: a push that comes
//! before the lock is not seen by us, and does not see us.

<<<<<<< solution
        let mut remote = self.lock();
        remote.0.is_parked = remote.0.inject.is_empty();
        remote.0.is_parked
=======
        if !self.inject.is_empty() {
            return false;
        }
        self.lock().0.is_parked = true;
        true
>>>>>>> wrong

//! exercise: 4.2
//! test: loom_announce::a_push_comes_before_the_sleep_or_ends_it
//! verdict: wrong
//! message: deadlock
//! rule: The last look and the announcement of the sleep are one step.
//!
//! Both are done under the lock, each in its turn. A push can come between them: after the look, so
//! it is not seen, and before the announcement, so it does not unpark. The scheduler sleeps beside
//! a task that is due.

<<<<<<< solution
        let mut remote = self.lock();
        remote.0.is_parked = remote.0.inject.is_empty();
        remote.0.is_parked
=======
        let is_empty = self.lock().0.inject.is_empty();
        if is_empty {
            self.lock().0.is_parked = true;
        }
        is_empty
>>>>>>> wrong

//! exercise: 6.11
//! test: regressions::tokio_7996_a_broadcast_comes_before_the_permit
//! verdict: wrong
//! message: is_ready()` does not hold
//! rule: A task that is told with all others leaves the permit for the next.
//! source: tokio #7996
//!
//! Both ways end the wait, so it seems not to matter which is looked at first. But a permit is for one task,
//! and a call of `notify_waiters` is for all. A future that was meant by the call and takes the permit as well
//! has taken it from a task that was meant by nothing else.

<<<<<<< solution
        self.calls != calls || std::mem::take(&mut self.has_permit)
=======
        std::mem::take(&mut self.has_permit) || self.calls != calls
>>>>>>> wrong

//! exercise: 4.5
//! test: rest::somebody_has_given_way
//! verdict: wrong
//! message: sleeps: 1, but expected 0
//! rule: The scheduler does not sleep with something left to do.
//! source: tokio #7835: the run queue was looked at before the sleep, and the deferred wakes were not
//!
//! No task is due and the root was not woken, so there is nothing to do, and the thread may sleep.
//! The tasks that gave way are in no queue. They wait for the driver to have been asked, and here
//! that is when 61 polls are over, which they never are.

<<<<<<< solution
        let is_deferred = !self.context.core().defer.is_empty();
        if is_deferred || self.interval <= self.polls {
=======
        if self.interval <= self.polls {
>>>>>>> wrong

//! exercise: 4.3
//! test: turns::a_yield_is_that_of_one_task
//! verdict: wrong
//! message: and was not queued
//! rule: A yield is that of the task which is polled, and of no task after it.
//!
//! The flag is set by a task that yields, and looked at when its poll is over. Nobody clears it, so
//! from then on each task that wakes itself counts as one that yields. Its wake is put aside, and
//! the driver is asked after each of its polls.

<<<<<<< solution
        self.is_yielding = false;
=======
>>>>>>> wrong

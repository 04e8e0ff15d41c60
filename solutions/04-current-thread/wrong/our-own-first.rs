//! exercise: 4.3
//! test: turns::a_busy_run_queue_does_not_keep_out_what_comes_from_outside
//! verdict: wrong
//! message: 32 polls of the chain, and none of the one from outside
//! rule: A task in the inject queue is due after 31 polls at most.
//!
//! The run queue needs no lock, so it goes first, and the other threads' queue has its turn when it
//! is empty. One task that wakes itself in each poll is enough, and the run queue is never empty. A
//! task that another thread spawns or wakes waits for ever.

<<<<<<< solution
        self.until_inject -= 1;
        if self.until_inject == 0 || self.queue.is_empty() {
            self.until_inject = self.inject_interval;
=======
        if self.queue.is_empty() {
>>>>>>> wrong

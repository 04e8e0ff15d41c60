//! exercise: 4.3
//! test: turns::an_empty_run_queue_is_filled_from_outside
//! verdict: wrong
//! message: the task from outside was not found
//! rule: An empty run queue is no reason to rest beside an inject queue with tasks.
//!
//! The documentation promises a look every 31 polls, so this answer looks into the inject queue
//! every 31 polls. When nothing runs there are no polls to count. The scheduler says that nothing
//! is due, may not sleep since there is something in the inject queue, and comes back, thirty
//! times, before it looks.

<<<<<<< solution
        if self.until_inject == 0 || self.queue.is_empty() {
=======
        if self.until_inject == 0 {
>>>>>>> wrong

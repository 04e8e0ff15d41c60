//! exercise: 4.3
//! test: turns::a_yield_is_that_of_one_task
//! verdict: wrong
//! message: and was not queued
//! rule: A yield is that of the task which is polled, and of no task after it.
//!
//! The flag is set by a task that yields, and looked at when its poll is over. Nobody clears it, so
//! from then on each task that wakes itself counts as one that yields. Its wake is put aside, and
//! the driver is asked after each of its polls.

self.until_inject -= 1;
if self.until_inject == 0 || self.queue.is_empty() {
    self.until_inject = INJECT_INTERVAL;
    self.take_injected(shared);
}
let task = self.queue.pop_front()?;
Some(self.tasks.assert_owner(task))

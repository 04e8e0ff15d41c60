//! exercise: 4.3
//! test: turns::a_look_begins_the_count_anew
//! verdict: wrong
//! message: polls since the last look: 30, but expected 31
//! rule: Any look begins the count anew: the next is 31 polls later.
//!
//! The count is for the looks that are made while there is something to do, and a look at an empty
//! run queue is another matter. No task waits longer because of that. But the look that is due
//! comes right after one that has found nothing, and the tasks that it takes over are in front of
//! tasks that would have had their turn first.

<<<<<<< solution
        if self.until_inject == 0 || self.queue.is_empty() {
            self.until_inject = self.inject_interval;
=======
        if self.until_inject == 0 {
            self.until_inject = self.inject_interval;
            self.take_injected(shared);
        } else if self.queue.is_empty() {
>>>>>>> wrong

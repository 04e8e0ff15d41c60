//! exercise: 4.3
//! test: turns::more_than_a_batch_from_outside
//! verdict: wrong
//! message: tasks polled: 0, but expected 200
//! rule: A scheduler that says that no task is due has none in the run queue.
//!
//! Nothing is due here, so the tasks of other threads are taken over, for the next time round the
//! loop. But `None` says that the scheduler may sleep. It looks at the inject queue once more,
//! where there is nothing now, and parks with a full run queue.

<<<<<<< solution
        if self.until_inject == 0 || self.queue.is_empty() {
=======
        if self.until_inject == 0 {
>>>>>>> wrong

<<<<<<< solution
        let task = self.queue.pop_front()?;
=======
        let Some(task) = self.queue.pop_front() else {
            self.take_injected(shared);
            return None;
        };
>>>>>>> wrong

//! exercise: 4.6
//! test: deferred::tasks_are_queued_behind_those_that_are_due
//! verdict: wrong
//! message: a task that gave way is not due
//! rule: A task that gave way has a turn, once, when all others have had one.
//!
//! They gave way so that others come first, so they come back one at a time, with the driver asked
//! between them. A hundred tasks that yield then ask the driver a hundred times for one round of
//! theirs, and the last of them waits for all of that. What was deferred together has its turn
//! together.

<<<<<<< solution
        let mut batch = {
        ⋮
        self.core().defer.recycle(batch.wakers);
=======
        let mut batch = self.core().defer.take_batch();
        wake_all(&mut batch.wakers);
        let mut core = self.core();
        core.defer.recycle(batch.wakers);
        if let Some(ticket) = batch.tickets.pop_front() {
            core.queue.push_back(ticket);
        }
        while let Some(ticket) = batch.tickets.pop_front() {
            core.defer.push_ticket(ticket);
        }
>>>>>>> wrong

//! exercise: 4.6
//! test: deferred::tasks_are_queued_behind_those_that_are_due
//! verdict: wrong
//! message: a task that gave way is not due
//! rule: A task that gave way has a turn, once, when all others have had one.
//!
//! Deferred wakes are wakers, so they are taken and woken. But most of the code that gives way is a
//! task of this scheduler, and such a task leaves a ticket and no waker. The tickets stay where
//! they are. The scheduler does not sleep, since something is deferred, and nothing happens.

<<<<<<< solution
        let mut batch = {
        ⋮
        self.core().defer.recycle(batch.wakers);
=======
        let mut wakers = self.core().defer.take_deferred();
        wake_all(&mut wakers);
        self.core().defer.recycle(wakers);
>>>>>>> wrong

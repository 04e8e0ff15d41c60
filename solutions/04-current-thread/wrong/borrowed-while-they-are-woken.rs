//! exercise: 4.6
//! test: deferred::a_waker_that_spawns
//! verdict: wrong
//! message: a waker spawned a task when it was woken, and found the core borrowed
//! rule: Nothing is borrowed while a waker is woken.
//!
//! One borrow for the three steps, since they belong together. In the middle of them a waker is
//! called, and it may do anything. Most wakers wake a task, which goes into the run queue of the
//! core that is borrowed.

<<<<<<< solution
        let mut batch = {
        ⋮
        self.core().defer.recycle(batch.wakers);
=======
        let mut core = self.core();
        let mut batch = core.defer.take_batch();
        core.queue.append(&mut batch.tickets);
        wake_all(&mut batch.wakers);
        core.defer.recycle(batch.wakers);
>>>>>>> wrong

//! exercise: 4.6
//! test: deferred::tasks_before_whomever_a_waker_wakes
//! verdict: wrong
//! message: polled: ["new", "yielded"], but expected ["yielded", "new"]
//! rule: The tickets are queued before a waker is called, which may queue another task.
//!
//! Both have given way, so the order seems not to matter. But a waker is foreign code, and may
//! queue any task, for example tasks that have only now become due. The tasks that yielded have
//! been waiting for this turn, and are now behind those.

<<<<<<< solution
        let mut batch = {
        ⋮
        self.core().defer.recycle(batch.wakers);
=======
        let mut batch = self.core().defer.take_batch();
        wake_all(&mut batch.wakers);
        let mut core = self.core();
        core.queue.append(&mut batch.tickets);
        core.defer.recycle(batch.wakers);
>>>>>>> wrong

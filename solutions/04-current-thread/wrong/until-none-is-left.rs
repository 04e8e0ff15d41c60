//! exercise: 4.6
//! test: deferred::a_waker_that_defers_itself_again
//! verdict: wrong
//! message: wakes: 11, but expected 1
//! rule: What is deferred while a batch is woken waits for the next.
//!
//! When this function returns nothing should be left deferred, so it goes on until nothing is. A
//! waker that is deferred again by its own wake keeps it going for ever, and neither the tasks nor
//! the driver have their turn.

<<<<<<< solution
        let mut batch = {
        ⋮
        self.core().defer.recycle(batch.wakers);
=======
        loop {
            let mut batch = {
                let mut core = self.core();
                let mut batch = core.defer.take_batch();
                core.queue.append(&mut batch.tickets);
                batch
            };
            wake_all(&mut batch.wakers);
            let mut core = self.core();
            core.defer.recycle(batch.wakers);
            if core.defer.is_empty() {
                return;
            }
        }
>>>>>>> wrong

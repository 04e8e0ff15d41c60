//! exercise: 8.3
//! test: call::wakes_come_back_for_the_lock
//! verdict: wrong
//! message: a waker was woken under the lock
//! rule: Nothing Foreign Under The Lock: no waker is woken while the waiters are locked.
//! source: tokio #5429, and seven more until 2026
//!
//! The batch is full, so it is woken, and then filled again. The lock is held all the while. A waker is
//! foreign code: it may poll its task here and now, and the task may wait for this very source. Then the
//! thread waits for a lock that it holds.

<<<<<<< solution
        while !waiters.take_called(batch) {
            drop(waiters);
            batch.wake();
            waiters = self.waiters();
        }
=======
        while !waiters.take_called(batch) {
            batch.wake();
        }
>>>>>>> wrong

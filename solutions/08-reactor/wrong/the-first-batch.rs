//! exercise: 8.3
//! test: call::any_number_may_wait
//! verdict: wrong
//! message: wakes of reader 32
//! rule: A report wakes each task that waits for it, once, and no other.
//!
//! `take_called` moves those that were called to the batch. Its answer says whether all of them found room,
//! and is not asked for. Thirty-two tasks are woken. The others have been called, so the next report does
//! not find them in the list of those that wait.

<<<<<<< solution
        while !waiters.take_called(batch) {
            drop(waiters);
            batch.wake();
            waiters = self.waiters();
        }
=======
        let _ = waiters.take_called(batch);
>>>>>>> wrong

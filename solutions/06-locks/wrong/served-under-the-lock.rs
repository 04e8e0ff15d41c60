//! exercise: 6.5
//! test: hand_over::the_list_is_unlocked_during_the_wakes
//! verdict: wrong
//! message: a waker is being woken, and the list of the semaphore is locked
//! rule: A waker is foreign code: it is cloned, woken and dropped with no lock held.
//! source: tokio #5429, mended by #5471, #5475, #5578; again by #8529, #8552, #8554, #8558, #8618
//!
//! A batch that is full is woken, and the loop goes on. The lock is released only at the end, before the
//! last batch. So this passes with few waiters, and hangs with many.

<<<<<<< solution
                drop(waiters);
                batch.wake();
                waiters = self.lock();
=======
                batch.wake();
>>>>>>> wrong

//! exercise: 6.3
//! test: notify_one::one_of_three_is_chosen
//! verdict: wrong
//! message: wakes of A, B and C after notify_one
//! rule: `notify_one` chooses the task that has waited longest, `notify_last` the one that came last.
//!
//! The permit is left first, in one step and without a look at the queue, so that a waiting task can
//! take it when it is woken. But no task is woken. The tasks in the queue do not look at the permit,
//! and the tasks that will look have not come yet.

<<<<<<< solution
        // ORDERING: Relaxed: the exchange decides, or the lock.
        ⋮
            waker.wake();
        }
=======
        if self.word.fetch_or(NOTIFIED, Release) & QUEUED == 0 {
            return;
        }
        let lists = self.lock();
        let waiting = lists.waiting.is_empty();
        drop(lists);
        if waiting {
            self.word.fetch_and(!QUEUED, Relaxed);
        }
>>>>>>> wrong

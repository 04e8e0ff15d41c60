//! exercise: 4.3
//! test: turns::who_yields_is_not_due
//! verdict: wrong
//! message: a task that has yielded was due
//! rule: A task that yields waits until the driver has been asked.
//!
//! The run queue is empty, and there are tasks that gave way: it is their turn, so why go to the
//! driver first? Because they gave way to the driver, too. A task that yields in a loop keeps the
//! thread to itself, and the driver is asked every 61 polls only.

<<<<<<< solution
        }
=======
        }
        if self.queue.is_empty() {
            let mut batch = self.defer.take_batch();
            self.queue.append(&mut batch.tickets);
            for waker in batch.wakers {
                self.defer.push_waker(waker);
            }
        }
>>>>>>> wrong

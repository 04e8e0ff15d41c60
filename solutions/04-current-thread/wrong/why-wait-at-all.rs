//! exercise: 4.4
//! test: where_a_wake_goes::a_task_that_wakes_another
//! verdict: wrong
//! message: the task was woken, and is not due
//! rule: A wake queues a task, and runs nothing.
//!
//! We are on the scheduler's thread, and the task is due: running it now saves the way through the
//! queue. But the waking code is in the middle of something. For example, it may hold a lock, and
//! the future that runs inside of its wake may want that lock.

<<<<<<< solution
            Some(worker) => worker.push(task),
=======
            Some(worker) => {
                // The borrow ends before the task runs.
                let task = worker.core().tasks.assert_owner(task);
                task.run();
            }
>>>>>>> wrong

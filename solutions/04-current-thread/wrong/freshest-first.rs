//! exercise: 4.4
//! test: where_a_wake_goes::first_woken_first_polled
//! verdict: wrong
//! message: polls of the task woken last: 2, but expected 1
//! rule: A task that is woken goes behind those that are due already.
//!
//! What the woken task needs is still in the cache, so it goes first. Then two tasks that wake each
//! other are always first, in turn, and no task behind them is ever polled. Schedulers that do this
//! have one place for such a task, and a limit on how often they use it.

<<<<<<< solution
            Some(worker) => worker.push(task),
=======
            Some(worker) => {
                let mut core = worker.core();
                let mut queue = harness::TaskQueue::new();
                queue.push_back(task);
                queue.append(&mut core.queue);
                core.queue = queue;
            }
>>>>>>> wrong

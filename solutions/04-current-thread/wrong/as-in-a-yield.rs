//! exercise: 4.4
//! test: where_a_wake_goes::a_task_that_yields_and_wakes_another
//! verdict: wrong
//! message: the task that was woken has been put aside
//! rule: A task that is woken by another is due: it has not given way.
//!
//! `defer` is right below, has the same two arms, and says `push_deferred`. But that is for the task
//! that is being polled, and has yielded. A task that is woken by another one has not: it would wait
//! for the driver, and for every task that is due, as if it had given way.

<<<<<<< solution
            Some(worker) => worker.push(task),
=======
            Some(worker) => worker.push_deferred(task),
>>>>>>> wrong

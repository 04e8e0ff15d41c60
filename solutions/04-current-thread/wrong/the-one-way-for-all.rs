//! exercise: 4.4
//! test: where_a_wake_goes::a_task_that_wakes_another
//! verdict: wrong
//! message: the task is in the inject queue
//! rule: A wake on the scheduler's own thread takes no lock, and unparks no thread.
//!
//! The inject queue is right for a wake from any thread, and so for one from this thread as well:
//! one way instead of two. It costs a lock for each wake, here, where most wakes come from, and
//! tasks that wake each other wait until the run queue is empty or 31 polls are over.

<<<<<<< solution
        context::with(|here| match here.worker_of(task.scheduler().shared()) {
            Some(worker) => worker.push(task),
            None => schedule_remote(task),
        });
=======
        schedule_remote(task);
>>>>>>> wrong

//! exercise: 4.4
//! test: where_a_wake_goes::a_task_that_has_entered_another_runtime
//! verdict: wrong
//! message: the task is in the inject queue, though its own scheduler runs here
//! rule: A wake on the scheduler's own thread takes no lock, and unparks no thread.
//!
//! `spawn` asks for the worker of the runtime that was entered last, so this does. That answers
//! another question: where new tasks go. A task that has entered another runtime still runs on its
//! own scheduler, with the core at hand, and its wakes would take the way of other threads.

<<<<<<< solution
        context::with(|here| match here.worker_of(task.scheduler().shared()) {
            Some(worker) => worker.push(task),
            None => schedule_remote(task),
=======
        context::with(|here| match here.worker_of_current::<crate::shared::Shared>() {
            Some(worker) if Arc::ptr_eq(worker.handle().shared(), task.scheduler().shared()) => {
                worker.push(task);
            }
            _ => schedule_remote(task),
>>>>>>> wrong

//! exercise: 4.4
//! test: where_a_wake_goes::a_wake_on_a_thread_that_runs_another_scheduler
//! verdict: wrong
//! message: unparks of its own scheduler: 0, but expected 1
//! rule: A task is queued on its own scheduler, whichever runs where it is woken.
//!
//! A scheduler runs on this thread, so the task goes into its run queue, without a lock. But it may
//! be the task of another runtime. Its own scheduler sleeps on, and the one that runs here finds a
//! task in its queue that is not in its list.

<<<<<<< solution
        context::with(|here| match here.worker_of(task.scheduler().shared()) {
=======
        context::with(|here| match here.worker_of_current::<crate::shared::Shared>() {
>>>>>>> wrong

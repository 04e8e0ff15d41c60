//! exercise: 4.8
//! test: the_end::what_a_drop_defers_is_woken
//! verdict: wrong
//! message: wakes: 0, but expected 1
//! rule: A deferred wake may be for another task: none is lost.
//!
//! All tasks are shut down, so no task here has any use for a deferred wake. But not every waker is
//! ours. For example, a future that is polled here by hand, with a waker of another runtime, gives
//! way here too, and the task behind that waker is alive.

<<<<<<< solution
    context.wake_all_deferred();
=======
>>>>>>> wrong

//! exercise: 4.8
//! test: the_end::a_spawn_after_the_end_is_refused
//! verdict: wrong
//! message: the future is kept
//! rule: What is spawned after the doors are closed is shut down at once.
//!
//! The core is closed, so no task is taken in. Other threads do not ask the core. They push into
//! the inject queue, which is never looked at again, and a task that awaits the new task waits for
//! ever.

<<<<<<< solution
    context.shared().close();
=======
>>>>>>> wrong

//! exercise: 4.8
//! test: the_end::all_that_came_from_outside_is_dropped
//! verdict: wrong
//! message: futures that are still there: 200, but expected 0
//! rule: A runtime that is dropped drops each of its futures, once.
//!
//! The list has all tasks, so a shutdown of the list seems to shut down all of them. But a task
//! that another thread spawned gets into the list when it comes out of the inject queue. This
//! answer forgets the tasks that are still in the queue: their handles are never told.

<<<<<<< solution
    take_all_injected(context);
=======
>>>>>>> wrong

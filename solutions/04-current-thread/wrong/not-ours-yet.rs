//! exercise: 4.7
//! test: the_end::all_that_came_from_outside_is_dropped
//! verdict: wrong
//! message: futures that are still there: 200, but expected 0
//! rule: A runtime that is dropped drops each of its futures, once.
//!
//! The list has all tasks, so whoever shuts down the list shuts down all. A task that was spawned
//! by another thread gets into the list when it comes out of the inject queue. Those that are still
//! in there are forgotten: their handles are never told.

<<<<<<< solution
    take_all_injected(context);
=======
>>>>>>> wrong

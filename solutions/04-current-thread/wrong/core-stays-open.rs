//! exercise: 4.8
//! test: the_end::what_a_drop_spawns_is_refused
//! verdict: wrong
//! message: spawned from inside, it was taken in
//! rule: What is spawned after the doors are closed is shut down at once.
//!
//! The inject queue is closed, so nothing comes in from outside any more. But a future that is
//! dropped is inside: it spawns on this thread, straight into the list that we are emptying. If
//! what it spawns does the same when it is dropped, the list is never empty.

<<<<<<< solution
    context.core().is_closed = true;
=======
>>>>>>> wrong

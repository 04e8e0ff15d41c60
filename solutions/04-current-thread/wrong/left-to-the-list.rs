//! exercise: 4.8
//! test: the_end::futures_are_dropped_inside
//! verdict: wrong
//! message: whether the drop found a runtime: Some(false)
//! rule: A future is dropped within the runtime that it belongs to.
//! source: tokio #4213: a future's drop that asked for the runtime panicked
//!
//! The list shuts down what is left in it when it is dropped, and it is dropped with the core, in a
//! moment. That moment is after we have left the context. A future whose `drop` spawns, or asks for
//! `Handle::current()`, is told that there is no runtime.

<<<<<<< solution
    shut_down_tasks(context);
=======
>>>>>>> wrong

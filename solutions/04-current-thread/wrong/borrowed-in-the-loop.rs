//! exercise: 4.9
//! test: the_end::tasks_in_every_state_are_dropped
//! verdict: wrong
//! message: already
//! rule: Every future is dropped, within the runtime, with nothing borrowed.
//!
//! One line takes each task out of the list and shuts it down. But what the line borrows stays borrowed until the body of the loop has run, and
//! the body drops a future: foreign code, which wakes another task or spawns one, and comes back for the core.

<<<<<<< solution
            while let Some(task) = context.pop_task() {
=======
            while let Some(task) = context.core().tasks.pop() {
>>>>>>> wrong

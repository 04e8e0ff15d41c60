//! exercise: 4.4
//! test: where_a_wake_goes::a_task_that_has_entered_another_runtime
//! verdict: wrong
//! message: the task is in the inject queue, though its own scheduler runs here
//! rule: A wake on the scheduler's own thread takes no lock, and unparks nobody.
//!
//! `spawn` asks for the context of the runtime that was entered last, so this does. That answers
//! another question: where new tasks go. A task that has entered another runtime still runs on its
//! own scheduler, with the core at hand, and its wakes would take the way of other threads.

<<<<<<< solution
        Current::with(|current| match current.context() {
=======
        Current::with(|current| match current.context_of_handle() {
>>>>>>> wrong

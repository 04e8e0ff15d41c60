//! exercise: 4.8
//! test: the_end::tasks_in_every_state_are_dropped
//! verdict: wrong
//! message: the core was borrowed, and is borrowed still
//! rule: Nothing is borrowed while a future is dropped.
//!
//! Take a task, shut it down, and so on until there is none. It reads as if the borrow ended
//! with the call of `pop`, but what a `while let` looks at lives until the end of its body.
//! So the core is borrowed while the future is dropped, and the drop may come back to the
//! core.

<<<<<<< solution
    shut_down_tasks(context);
=======
    while let Some(task) = context.core().tasks.pop() {
        task.shutdown();
    }
>>>>>>> wrong

//! exercise: 4.4
//! test: where_a_wake_goes::a_task_that_yields_and_wakes_another
//! verdict: wrong
//! message: the task that was woken has been put aside
//! rule: A task that is woken by another is due: it has not given way.
//!
//! `yield_now` is right below, has the same two arms, and says `push_again`. But that is for the task
//! that is being polled, and asks whether *it* has yielded. A task that yields and then wakes another
//! one, in the same poll, has the other one wait for the driver as well.

<<<<<<< solution
            Some(context) if context.drives(task.scheduler()) => context.push(task),
=======
            Some(context) if context.drives(task.scheduler()) => context.core().push_again(task),
>>>>>>> wrong

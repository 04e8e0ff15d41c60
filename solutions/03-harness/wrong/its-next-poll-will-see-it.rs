//! exercise: 3.9
//! test: cancel::an_aborted_task_that_is_being_polled_is_cancelled
//! verdict: wrong
//! message: drops of the future
//! rule: A poll that ends on an aborted task drops the future, and then completes the task.
//!
//! An abort marks the task, and the next poll drops the future. So a poll that ends and finds the mark has nothing to do.
//! But there is no next poll: the abort found the task running, and has made no ticket, because the ticket is here.

<<<<<<< solution
            // SAFETY: the transition has left us RUNNING.
            ToIdle::Cancelled => unsafe { task.cancel() },
=======
            ToIdle::Cancelled => {}
>>>>>>> wrong

//! exercise: 3.3
//! test: cancel::an_aborted_task_that_is_being_polled_is_cancelled
//! verdict: wrong
//! message: A poll that ends on an aborted task drops the future, and then completes the task.
//! rule: A poll that ends on an aborted task drops the future, and then completes the task.
//!
//! The transition has four outcomes and the poll has four, so this answer maps them one to one. But
//! `Complete` says that the outcome is in the stage, and the future is still there. The task counts
//! as complete, and its handle finds a future where it looks for an output.

<<<<<<< solution
            ToIdle::Cancelled => {
                // SAFETY: the transition has left RUNNING to us, and the future is not done.
                unsafe { self.cancel() };
                PollFuture::Complete
            }
=======
            ToIdle::Cancelled => PollFuture::Complete,
>>>>>>> wrong

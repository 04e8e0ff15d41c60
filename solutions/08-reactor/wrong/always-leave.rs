//! exercise: 8.4
//! test: poll_io::the_budget_is_spent
//! verdict: wrong
//! message: operations in one turn of the task
//! rule: An operation that is done spends one of the task's budget.
//!
//! The leave to proceed was asked for, which looks like all there is to do. Nothing is spent by asking. A task
//! whose socket always has something never gives way, and the other tasks of this thread wait for ever.

<<<<<<< solution
                result => {
                    proceed.made_progress();
                    return Poll::Ready(result);
                }
=======
                result => {
                    drop(proceed);
                    return Poll::Ready(result);
                }
>>>>>>> wrong

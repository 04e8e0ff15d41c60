//! exercise: 8.9
//! test: pipe::the_budget_is_spent
//! verdict: wrong
//! message: reads in one turn of the task
//! rule: An operation that is done spends one of the task's budget.
//!
//! `AsyncFd` waits and clears, so what can be missing? It does not know which of the caller's operations is
//! progress, and spends nothing by itself. A sender that writes all the time would have this task's thread for
//! itself.

<<<<<<< solution
                Ok(result) => {
                    proceed.made_progress();
                    return Poll::Ready(result);
                }
=======
                Ok(result) => {
                    drop(proceed);
                    return Poll::Ready(result);
                }
>>>>>>> wrong

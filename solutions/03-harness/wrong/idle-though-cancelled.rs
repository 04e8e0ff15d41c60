//! exercise: 3.1
//! test: idle::a_task_cancelled_while_it_runs_is_still_ours
//! verdict: wrong
//! message: A cancelled task is not polled again.
//! rule: A cancelled task is not polled again.
//! source: tokio #3964: an abort marked the task, and no thread acted on the mark
//!
//! An abort sets NOTIFIED as well, so the task is queued again and the next poll will see that it
//! is cancelled. That works, one turn late: until then an unwanted future lives on, with everything
//! that it holds.

<<<<<<< solution
            if current.is_cancelled() {
                return (ToIdle::Cancelled, None);
            }
=======
>>>>>>> wrong

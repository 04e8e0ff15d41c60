//! exercise: 3.2
//! test: notified::a_task_that_runs_is_marked_and_not_submitted
//! verdict: wrong
//! message: There is at most one ticket for a task.
//! rule: There is at most one ticket for a task.
//!
//! NOTIFIED says that there is a ticket, so a task without NOTIFIED needs one. But when a task
//! runs, the polling thread has its ticket. With a second one in the run queue, another thread
//! polls the same future at the same time.

<<<<<<< solution
            if current.is_idle() {
=======
            if !current.is_notified() {
>>>>>>> wrong

<<<<<<< solution
            // Even if NOTIFIED is set already and the word does not change: the poll that answers
            // us must see what we did before this wake, and only a write can tell it.
            (ToNotifiedByRef::DoNothing, Some(current.with(NOTIFIED)))
=======
            (ToNotifiedByRef::DoNothing, Some(current))
>>>>>>> wrong

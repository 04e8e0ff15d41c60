//! exercise: 3.2
//! test: notified::a_task_that_runs_is_marked_and_not_submitted
//! verdict: wrong
//! message: There is at most one ticket for a task.
//! rule: There is at most one ticket for a task.
//!
//! NOTIFIED is what says that there is a ticket, so a task without it needs one. But a task that runs
//! has its ticket in the hands of whoever polls it. With a second one in the run queue, another
//! thread polls the same future at the same time.

self.update(|current| {
    if current.is_complete() {
        return (ToNotifiedByRef::DoNothing, None);
    }
    if !current.is_notified() {
        let next = current.with(NOTIFIED).with_ref();
        return (ToNotifiedByRef::Submit, Some(next));
    }
    (ToNotifiedByRef::DoNothing, Some(current))
})

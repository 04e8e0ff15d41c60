//! exercise: 3.1
//! test: idle::a_task_cancelled_while_it_runs_is_still_ours
//! verdict: wrong
//! message: A cancelled task is not polled again.
//! rule: A cancelled task is not polled again.
//! source: tokio #3964: an abort marked the task, and nobody acted on the mark
//!
//! An abort sets NOTIFIED as well, so the task is queued again and the next poll will see that it is
//! cancelled. That works, one turn late: until then a future that nobody wants lives on, and with
//! it whatever it holds.

self.update(|current| {
    debug_assert!(current.is_running(), "Running Owns Stage: {current:?}");
    let next = current.without(RUNNING);
    if next.is_notified() {
        return (ToIdle::OkNotified, Some(next));
    }
    let next = next.without_refs(1);
    match next.ref_count() {
        0 => (ToIdle::OkDealloc, Some(next)),
        _ => (ToIdle::Ok, Some(next)),
    }
})

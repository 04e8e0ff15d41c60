//! exercise: 2.8
//! test: executor::run_ends_with_the_last_task
//! verdict: hangs
//! message: still waits
//! rule: The executor keeps the run queue open for its tasks, and not for itself.
//!
//! `pop` returns `None` when no sender is left, and one sender is right here, in `self`, for as
//! long as `run` is running. The executor waits for itself to go away.

let mut report = Report::default();
while let Some(notified) = self.receiver.pop() {
    match notified.run() {
        Ran::Pending => {}
        Ran::Complete => report.completed += 1,
        Ran::Panicked => report.panicked += 1,
    }
}
report

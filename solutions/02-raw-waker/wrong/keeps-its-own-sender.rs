//! exercise: 2.8
//! test: executor::run_ends_with_the_last_task
//! verdict: hangs
//! message: all tasks are done, and `run` still waits: somebody holds a `Sender`
//! rule: The executor keeps the run queue open for its tasks, and not for itself.
//!
//! `pop` returns `None` when no sender is left, and one sender is right here, in `self`, for as
//! long as `run` is running. The executor waits for itself to go away. It is no better to take
//! `self` apart and write `let Executor { receiver, .. } = self`, or `sender: _sender`: what `..`
//! leaves behind and what is called `_sender` is dropped at the end of the function, after the
//! loop.

let mut report = Report::default();
while let Some(notified) = self.receiver.pop() {
    match notified.run() {
        Ran::Pending => {}
        Ran::Complete => report.completed += 1,
        Ran::Panicked => report.panicked += 1,
    }
}
report

//! exercise: 2.8
//! test: executor::an_empty_queue_is_not_the_end
//! verdict: wrong
//! message: Report { completed: 0, panicked: 0 }
//! rule: The executor ends when no task is left, and not when none is due.
//!
//! When there is nothing to poll, the work is done. But a task that waits is in no queue: its
//! waker is with a timer, a socket or another thread, and that is the moment in which an executor
//! should sleep.

let mut report = Report::default();
while let Some(notified) = self.receiver.try_pop() {
    match notified.run() {
        Ran::Pending => {}
        Ran::Complete => report.completed += 1,
        Ran::Panicked => report.panicked += 1,
    }
}
report

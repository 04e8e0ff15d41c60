//! exercise: 2.8
//! test: loom_executor::run_ends_when_the_last_waker_is_used_or_dropped
//! verdict: wrong
//! message: left: Report { completed: 0, panicked: 0 }
//! rule: The executor ends when no task is left, and not when none is due.
//!
//! When there is nothing to poll, the work is done. But a task that waits is in no queue: a timer, a
//! socket or another thread has its waker. That is just the moment in which an executor should sleep.

<<<<<<< solution
        let Executor { sender, receiver } = self;
        // From here on only unfinished tasks keep the queue open.
        drop(sender);
        let mut report = Report::default();
        while let Some(notified) = receiver.pop() {
=======
        let mut report = Report::default();
        while let Some(notified) = self.receiver.try_pop() {
>>>>>>> wrong

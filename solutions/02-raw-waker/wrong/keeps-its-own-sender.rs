//! exercise: 2.8
//! test: executor::run_ends_with_the_last_task
//! verdict: hangs
//! message: all tasks are done, and `run` still waits: some code holds a `Sender`
//! rule: The executor keeps the run queue open for its tasks, and not for itself.
//!
//! `pop` returns `None` when no sender is left, and one sender is right here, in `self`, for as
//! long as `run` is running. The executor waits for itself to go away. It is no better to take
//! `self` apart and write `let Executor { receiver, .. } = self`, or `sender: _sender`. What `..`
//! leaves behind, and a variable called `_sender`, are dropped at the end of the function, after the
//! loop.

<<<<<<< solution
        let Executor { sender, receiver } = self;
        // From here on only unfinished tasks keep the queue open.
        drop(sender);
        let mut report = Report::default();
        while let Some(notified) = receiver.pop() {
=======
        let mut report = Report::default();
        while let Some(notified) = self.receiver.pop() {
>>>>>>> wrong

//! exercise: 3.3
//! test: cancel::an_aborted_task_that_is_being_polled_is_cancelled
//! verdict: wrong
//! message: A poll that ends on an aborted task drops the future, and then completes the task.
//! rule: A poll that ends on an aborted task drops the future, and then completes the task.
//!
//! Four outcomes of the transition, four of the poll: one to one. But `Complete` says that the outcome
//! is in the stage, and the future is still there. The task counts as complete, and its handle finds
//! a future where it looks for an output.

match self.state().transition_to_running() {
    ToRunning::Success => {}
    ToRunning::Cancelled => {
        // SAFETY: the transition has given us RUNNING, and the future is not done.
        unsafe { self.cancel() };
        return PollFuture::Complete;
    }
    ToRunning::Failed => return PollFuture::Done,
    ToRunning::Dealloc => return PollFuture::Dealloc,
}
let task = self.borrow();
let waker = waker_ref(&task);
let mut cx = Context::from_waker(&waker);
// SAFETY: the transition has given us RUNNING, and the future is not done.
if unsafe { poll_future(self.core(), self.header().id, &mut cx) }.is_ready() {
    return PollFuture::Complete;
}
match self.state().transition_to_idle() {
    ToIdle::Ok => PollFuture::Done,
    ToIdle::OkNotified => PollFuture::Notified,
    ToIdle::OkDealloc => PollFuture::Dealloc,
    ToIdle::Cancelled => PollFuture::Complete,
}

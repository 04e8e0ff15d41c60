//! exercise: 3.3
//! test: poll::a_task_that_nobody_can_wake_is_freed
//! verdict: wrong
//! message: `OkDealloc` was not passed on
//! rule: Whoever takes the count to zero frees the cell.
//!
//! The ticket is used up either way, so the two outcomes look like one. But the second says that the
//! count is zero, and that nobody else will ever look at it: who, then, frees the cell?

match self.state().transition_to_running() {
    ToRunning::Success => {}
    ToRunning::Cancelled => {
        // SAFETY: the transition has given us RUNNING, and the future is not done.
        unsafe { self.cancel() };
        return PollFuture::Complete;
    }
    ToRunning::Failed | ToRunning::Dealloc => return PollFuture::Done,
}
let task = self.borrow();
let waker = waker_ref(&task);
let mut cx = Context::from_waker(&waker);
// SAFETY: the transition has given us RUNNING, and the future is not done.
if unsafe { poll_future(self.core(), self.header().id, &mut cx) }.is_ready() {
    return PollFuture::Complete;
}
match self.state().transition_to_idle() {
    ToIdle::Ok | ToIdle::OkDealloc => PollFuture::Done,
    ToIdle::OkNotified => PollFuture::Notified,
    ToIdle::Cancelled => {
        // SAFETY: the transition has left RUNNING to us, and the future is not done.
        unsafe { self.cancel() };
        PollFuture::Complete
    }
}

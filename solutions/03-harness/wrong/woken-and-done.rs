//! exercise: 3.3
//! test: poll::a_task_woken_while_it_runs_runs_once_more
//! verdict: wrong
//! message: polls in all
//! rule: A task woken while it runs is queued when the poll ends.
//!
//! The future is pending, the poll is over, and the task is woken again by somebody: done. But the
//! wake that came during the poll has queued nothing. It left that to whoever has the ticket.

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
    ToIdle::Ok | ToIdle::OkNotified => PollFuture::Done,
    ToIdle::OkDealloc => PollFuture::Dealloc,
    ToIdle::Cancelled => {
        // SAFETY: the transition has left RUNNING to us, and the future is not done.
        unsafe { self.cancel() };
        PollFuture::Complete
    }
}

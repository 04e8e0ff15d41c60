//! exercise: 3.3
//! test: poll::a_task_that_nobody_can_wake_is_freed
//! verdict: wrong
//! message: The waker of a poll is lent and costs no reference
//! rule: The waker of a poll is lent and costs no reference, and `OkDealloc` is passed on.
//!
//! A waker that is cloned is safe to lend, whatever happens to the task meanwhile. And then it is
//! forgotten as the lent one is, since dropping a lent waker gives up a reference that it does not
//! have. This one has: each poll leaks one, and the task is never freed.

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
let task = ManuallyDrop::new(RawTask::clone(&self.borrow()));
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
    ToIdle::Cancelled => {
        // SAFETY: the transition has left RUNNING to us, and the future is not done.
        unsafe { self.cancel() };
        PollFuture::Complete
    }
}

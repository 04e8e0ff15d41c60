//! exercise: 3.5
//! test: leave_waker::the_waker_of_the_latest_poll_is_kept
//! verdict: wrong
//! message: A future that returns Pending keeps the waker of its latest poll.
//! rule: A future that returns Pending keeps the waker of its latest poll.
//! source: futures-intrusive #18: after the future moved to another task, the old one was woken
//!
//! A waker is there already, so the completion will wake somebody. It is whoever polled the handle
//! first. Between two polls a handle can move to another task, and that one waits for ever.

let state = task.state().load();
if state.is_complete() {
    return Err(IsComplete);
}
if state.is_join_waker_set() {
    return Ok(());
}
// SAFETY: JOIN_WAKER is clear, and only we set it: the waker is ours.
drop(unsafe { task.trailer().replace_waker(Some(waker.clone())) });
let left = task.state().set_join_waker();
if left.is_err() {
    // SAFETY: JOIN_WAKER is clear, and COMPLETE is set, so it stays clear.
    drop(unsafe { task.trailer().replace_waker(None) });
}
left

//! exercise: 3.5
//! test: leave_waker::the_same_waker_is_cloned_once
//! verdict: wrong
//! message: A waker that would wake the same task is not cloned again.
//! rule: A waker that would wake the same task is not cloned again.
//!
//! The latest waker is the right one, so each poll puts its own there. Most often it is the same
//! again: a clone and a drop, two atomic operations on the word of the task that waits, for nothing.

let state = task.state().load();
if state.is_complete() {
    return Err(IsComplete);
}
if state.is_join_waker_set() {
    task.state().unset_join_waker()?;
}
// SAFETY: JOIN_WAKER is clear, and only we set it: the waker is ours.
let stale = unsafe { task.trailer().replace_waker(Some(waker.clone())) };
let left = task.state().set_join_waker();
if left.is_err() {
    // SAFETY: JOIN_WAKER is clear, and COMPLETE is set, so it stays clear.
    drop(unsafe { task.trailer().replace_waker(None) });
}
drop(stale);
left

//! exercise: 3.5
//! test: leave_waker::a_clone_that_panics_leaves_no_waker_behind
//! verdict: wrong
//! message: A join handle that is dropped leaves no waker behind.
//! rule: A join handle that is dropped leaves no waker behind.
//!
//! The new waker goes in and the old one comes out, in one call, and foreign code comes last. But the
//! clone is foreign too. If it panics, the old waker is in its place and `JOIN_WAKER` is clear, so
//! nobody knows of it: it is kept until the cell is freed.

let state = task.state().load();
if state.is_complete() {
    return Err(IsComplete);
}
if state.is_join_waker_set() {
    task.state().unset_join_waker()?;
}
// SAFETY: JOIN_WAKER is clear, and only we set it: the waker is ours.
let is_same = unsafe { task.trailer().will_wake(waker) };
let mut stale = None;
if !is_same {
    let waker = Some(waker.clone());
    // SAFETY: as above.
    stale = unsafe { task.trailer().replace_waker(waker) };
}
let left = task.state().set_join_waker();
if left.is_err() {
    // SAFETY: JOIN_WAKER is clear, and COMPLETE is set, so it stays clear.
    drop(unsafe { task.trailer().replace_waker(None) });
}
drop(stale);
left

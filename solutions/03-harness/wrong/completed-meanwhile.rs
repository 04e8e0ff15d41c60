//! exercise: 3.5
//! test: loom_join::the_output_is_handed_to_whoever_awaits_it
//! verdict: wrong
//! message: deadlock
//! rule: Whoever awaits a task is woken when it completes, or finds it complete.
//! source: futures-rs #2706: a wake between the poll and the storing of the waker was dropped
//!
//! It was not complete when we looked, and the waker is in its place now. But the task can complete
//! between the look and the last step, by a thread that saw no waker and wakes nobody. That is what
//! the last step returns, and what is thrown away here.

let state = task.state().load();
if state.is_complete() {
    return Err(IsComplete);
}
if state.is_join_waker_set() {
    task.state().unset_join_waker()?;
}
// SAFETY: JOIN_WAKER is clear, and only we set it: the waker is ours.
if !unsafe { task.trailer().will_wake(waker) } {
    // SAFETY: as above.
    drop(unsafe { task.trailer().replace_waker(Some(waker.clone())) });
}
let _ = task.state().set_join_waker();
Ok(())

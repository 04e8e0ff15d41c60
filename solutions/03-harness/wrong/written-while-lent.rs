//! exercise: 3.5
//! test: leave_waker::the_waker_of_the_latest_poll_is_kept
//! verdict: wrong
//! message: Join Waker Changes Hands
//! rule: The join waker is touched by its owner, and nobody else.
//! source: tokio-rs/tokio oneshot #4225 (RUSTSEC-2021-0124): two threads touched one cell
//!
//! It is our own waker, nobody else writes there: exchange it. While JOIN_WAKER is set it is nobody's,
//! and a thread that completes the task at this moment takes it out of the place that we are writing
//! to. An assertion finds it here. Without one, two threads have one waker.

let state = task.state().load();
if state.is_complete() {
    return Err(IsComplete);
}
// SAFETY: only the `JoinHandle` writes the waker.
if !unsafe { task.trailer().will_wake(waker) } {
    // SAFETY: as above.
    drop(unsafe { task.trailer().replace_waker(Some(waker.clone())) });
}
task.state().set_join_waker()

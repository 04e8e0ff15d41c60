//! exercise: 1.2
//! test: fire::the_state_is_unlocked_during_the_wake
//! verdict: hangs
//! message: is stuck inside wake() of A
//! rule: A waker is foreign code: it is cloned, woken and dropped with no lock held.
//! source: tokio #5429, mended by #5471, #5475, #5578; again by #8529, #8552, #8554, #8558, #8618
//!
//! `if let Some(waker) = state.waker.take()` reads so well that one forgets the guard, which lives to the
//! end of the function. A waker may run the task at once, on this very thread. The task then polls the
//! timer, and asks for the lock that its own caller holds.

<<<<<<< solution
    let waker = state.waker.take();
    drop(state);

    if let Some(waker) = waker {
=======
    if let Some(waker) = state.waker.take() {
>>>>>>> wrong

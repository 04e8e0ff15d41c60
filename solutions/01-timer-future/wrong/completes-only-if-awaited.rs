//! exercise: 1.2
//! test: fire::a_timer_that_nobody_has_polled_completes
//! verdict: wrong
//! message: the time was over before the first poll
//! rule: The time passes whether or not anybody has polled the timer.
//!
//! If there is nobody to wake, there is nothing to do. There is: a poll that comes later still has
//! to learn that the time is over, and there is no thread any more that could tell it.

<<<<<<< solution
    state.completed = true;
    let waker = state.waker.take();
    drop(state);

    if let Some(waker) = waker {
=======
    if let Some(waker) = state.waker.take() {
        state.completed = true;
        drop(state);
>>>>>>> wrong

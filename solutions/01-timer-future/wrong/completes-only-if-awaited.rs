//! exercise: 1.2
//! test: fire::a_timer_that_nobody_has_polled_completes
//! verdict: wrong
//! message: the time was over before the first poll
//! rule: The time passes whether or not the timer was polled.
//!
//! If there is no task to wake, there seems to be nothing to do. But a later poll still has to learn
//! that the time is over, and by then no thread is left that could tell it.

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

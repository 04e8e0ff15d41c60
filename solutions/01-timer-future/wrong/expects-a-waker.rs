//! exercise: 1.2
//! test: fire::a_timer_that_nobody_has_polled_completes
//! verdict: wrong
//! message: a timer that nobody waits for
//! rule: The time passes whether or not anybody has polled the timer.
//!
//! Somebody must have polled it: who starts a timer and does not wait for it? Anybody who does
//! something else first. The thread panics while it holds the lock, so the mutex is poisoned and
//! the next poll panics as well.

<<<<<<< solution
    state.completed = true;
    let waker = state.waker.take();
    drop(state);

    if let Some(waker) = waker {
        waker.wake();
    }
=======
    let waker = state.waker.take().expect("a timer that nobody waits for");
    state.completed = true;
    drop(state);
    waker.wake();
>>>>>>> wrong

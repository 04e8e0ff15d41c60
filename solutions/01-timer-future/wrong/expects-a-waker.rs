//! exercise: 1.2
//! test: fire::a_timer_that_nobody_has_polled_completes
//! verdict: wrong
//! message: a timer that nobody waits for
//! rule: The time passes whether or not the timer was polled.
//!
//! Surely the timer was polled, since a program that starts a timer waits for it? Not always. For
//! example, the program may do something else first. Then the thread panics while it holds the lock, so the mutex is poisoned and
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

//! exercise: 9.3
//! test: loom_fire::a_drop_against_a_fire
//! verdict: wrong
//! message: Causality violation
//! rule: State Comes Last: a future that sees the end may go, and the driver is done with it.
//!
//! The lock is held, so the order of two lines under it should not matter. It does not to other
//! threads that take the lock. The future does not take it: it looks at the state, sees the end, and
//! frees the place of the waker, while the driver is about to take the waker out.

<<<<<<< solution
    // SAFETY: we have the lock.
    let waker = unsafe { waiting.replace_waker(None) };
=======
>>>>>>> wrong

<<<<<<< solution
    waiting.state.store(state, Release);
    waker
=======
    waiting.state.store(state, Release);
    // SAFETY: we have the lock.
    unsafe { waiting.replace_waker(None) }
>>>>>>> wrong

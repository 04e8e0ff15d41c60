//! exercise: 9.3
//! test: loom_fire::a_drop_against_a_fire
//! verdict: wrong
//! message: Causality violation
//! rule: State Comes Last: a future that sees the end may go, and the driver is done with it.
//!
//! There is a function that writes the state, and it is used everywhere else. It is Relaxed, which is
//! right for a timer that belongs to the writer, or whose reader takes the lock. This reader does not
//! take the lock. Nothing then orders what the driver did to the waker before what the future does to
//! it.

<<<<<<< solution
    waiting.state.store(state, Release);
=======
    waiting.set_state(state);
>>>>>>> wrong

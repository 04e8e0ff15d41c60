//! exercise: 1.2
//! test: fire::the_waker_is_given_back
//! verdict: wrong
//! message: has woken task A and still holds its waker
//! rule: A timer keeps no waker once it has used it.
//! source: tokio #6986, #3477: a waker that is kept after it was of use
//!
//! A clone is woken and the original stays in the state. The task holds the timer, the timer holds
//! the waker, and the waker holds the task. Nothing outside holds this ring of owners, and it is never
//! freed.

<<<<<<< solution
    let waker = state.waker.take();
=======
    let waker = state.waker.clone();
>>>>>>> wrong

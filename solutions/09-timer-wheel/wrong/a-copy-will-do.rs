//! exercise: 9.3
//! test: fire::the_waker_is_taken_out
//! verdict: wrong
//! message: wakers held, after the end: 1, but expected 0
//! rule: The driver takes the waker out: nothing of it is left in the timer.
//!
//! A waker is there to be cloned. But a clone is foreign code, and this one runs under the lock. And
//! what is left in the timer keeps a task alive until the future goes, though it will never be woken
//! from there again.

<<<<<<< solution
    // SAFETY: we have the lock.
    let waker = unsafe { waiting.replace_waker(None) };
=======
    // SAFETY: we have the lock.
    let waker = waiting.waker.with(|waker| unsafe { (*waker).clone() });
>>>>>>> wrong

//! exercise: 5.3
//! test: both_at_once::both_wakers_panic
//! verdict: crashes
//! message: A stale waker that panics does not keep the other from being woken.
//! rule: A stale waker that panics does not keep the other from being woken.
//!
//! The wake is what matters, so it comes first, and the stale waker is discarded when there is
//! time. If the wake panics, `discard` is never reached: the stale waker is dropped on the way out,
//! with nothing around it, and if that panics as well, two panics are on their way at once. That
//! ends the process.

<<<<<<< solution
        // Foreign code, both: after the window. The first must not keep the second from being
        // called.
        discard(stale);
=======
>>>>>>> wrong

<<<<<<< solution
        }
=======
        }
        discard(stale);
>>>>>>> wrong

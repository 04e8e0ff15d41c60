//! exercise: 5.3
//! test: both_at_once::both_wakers_panic
//! verdict: crashes
//! message: A stale waker that panics does not keep the other from being woken.
//! rule: A stale waker that panics does not keep the other from being woken.
//!
//! The wake is what matters, so it comes first, and the stale waker is discarded when there is
//! time. But if the wake panics, `discard` is never reached. The stale waker is dropped as the panic
//! unwinds, with nothing to stop a panic of its own. If it panics as well, there are two panics at once,
//! and that ends the process.

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

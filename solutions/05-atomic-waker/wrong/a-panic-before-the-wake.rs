//! exercise: 5.3
//! test: both_at_once::a_stale_waker_that_panics_loses_no_wake
//! verdict: wrong
//! message: which is another task's
//! rule: A stale waker that panics does not keep the other from being woken.
//!
//! The window is closed, and then both wakers are done with, one after the other. The first is
//! dropped, and that panics. The second is dropped while the panic unwinds, and not woken. The
//! other thread has left its wake to us, and will not come again.

<<<<<<< solution
        // Foreign code, both: after the window. The first must not keep the second from being
        // called.
        discard(stale);
=======
        drop(stale);
>>>>>>> wrong

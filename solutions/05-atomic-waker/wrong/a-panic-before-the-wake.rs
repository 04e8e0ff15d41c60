//! exercise: 5.3
//! test: both_at_once::a_stale_waker_that_panics_loses_no_wake
//! verdict: wrong
//! message: which is somebody else's
//! rule: A stale waker that panics does not keep the other from being woken.
//!
//! The window is closed, and then both wakers are done with, one after the other. The first is
//! dropped, and that panics; the second is dropped while the panic goes by, and not woken. The
//! other thread has left its wake to us, and will not come again.

// SAFETY: the window is still ours: a wake that finds REGISTERING leaves the slot alone.
let waker = unsafe { self.replace(None) };
self.state.swap(WAITING, AcqRel);
drop(stale);
if let Some(waker) = waker {
    waker.wake();
}

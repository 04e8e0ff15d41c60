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

// SAFETY: the window is still ours: a wake that finds REGISTERING leaves the slot alone.
let waker = unsafe { self.replace(None) };
self.state.swap(WAITING, AcqRel);
if let Some(waker) = waker {
    waker.wake();
}
discard(stale);

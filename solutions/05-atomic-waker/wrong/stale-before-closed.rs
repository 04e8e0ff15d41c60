//! exercise: 5.3
//! test: both_at_once::a_drop_that_registers_finds_the_window_closed
//! verdict: wrong
//! message: wakers held, which the drop registered: 0
//! rule: The window is closed before a waker is woken or dropped: both can register again.
//!
//! The stale waker is nobody's any more, so the order seems not to matter. Its drop is foreign
//! code, and while it runs the word is still REGISTERING: what it registers is lost, and so is its
//! panic's way to a place that works.

// SAFETY: the window is still ours: a wake that finds REGISTERING leaves the slot alone.
let waker = unsafe { self.replace(None) };
discard(stale);
self.state.swap(WAITING, AcqRel);
if let Some(waker) = waker {
    waker.wake();
}

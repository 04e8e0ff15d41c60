//! exercise: 5.3
//! test: both_at_once::a_wake_that_registers_finds_the_window_closed
//! verdict: wrong
//! message: wakers held, which the wake registered: 0
//! rule: The window is closed before a waker is woken or dropped: both can register again.
//!
//! Take it, wake it, and then tidy up. A wake may poll the task on the spot, and the poll registers
//! again: it finds REGISTERING, believes that another task is about to register, and goes. The next
//! wake finds an empty slot.

// SAFETY: the window is still ours: a wake that finds REGISTERING leaves the slot alone.
let waker = unsafe { self.replace(None) };
if let Some(waker) = waker {
    waker.wake();
}
self.state.swap(WAITING, AcqRel);
discard(stale);

//! exercise: 5.1
//! test: loom_register::two_tasks_register_and_one_is_left
//! verdict: wrong
//! message: loom found an interleaving
//! rule: The slot belongs to whoever changed WAITING to REGISTERING, until it changes it back.
//!
//! A look tells whether somebody is there, and a store opens the window. Between the two another
//! task does the same, and both are in the window: two threads write one slot.

let waker = waker.clone();
match self.state.load(Acquire) {
    WAITING => {
        self.state.store(REGISTERING, Release);
        // SAFETY: the window is ours until the next exchange (One Window).
        let stale = unsafe { self.replace(Some(waker)) };
        match self
            .state
            .compare_exchange(REGISTERING, WAITING, Release, Acquire)
        {
            Ok(_) => discard(stale),
            Err(_) => self.wake_registered(stale),
        }
    }
    WAKING => waker.wake(),
    _ => {}
}

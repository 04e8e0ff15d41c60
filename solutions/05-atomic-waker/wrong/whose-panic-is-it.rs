//! exercise: 5.1
//! test: register::a_drop_that_panics_is_not_the_panic_of_whoever_registers
//! verdict: wrong
//! message: which is somebody else's
//! rule: A waker that panics leaves a place that others can register at.
//!
//! The window is closed, so the stale waker may be dropped. If that panics, the panic goes on
//! through the poll of whoever registers: a task is ended for the fault of another one, whose waker
//! it never saw.

let waker = waker.clone();
match self
    .state
    .compare_exchange(WAITING, REGISTERING, Acquire, Acquire)
{
    Ok(_) => {
        // SAFETY: the window is ours until the next exchange (One Window).
        let stale = unsafe { self.replace(Some(waker)) };
        match self
            .state
            .compare_exchange(REGISTERING, WAITING, Release, Acquire)
        {
            Ok(_) => drop(stale),
            Err(_) => self.wake_registered(stale),
        }
    }
    Err(WAKING) => waker.wake(),
    Err(_) => {}
}

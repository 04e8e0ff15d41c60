//! exercise: 5.3
//! test: both_at_once::a_wake_that_registers_finds_the_window_closed
//! verdict: wrong
//! message: wakers held, which the wake registered: 0
//! rule: The window is closed before a waker is woken or dropped: both can register again.
//!
//! Take it, wake it, and then tidy up. But a wake may, for example, poll the task on the spot, and the
//! poll registers again. It finds REGISTERING, believes that another task is about to register, and goes. The next
//! wake finds an empty slot.

<<<<<<< solution
        // ORDERING: Release, for the next `register` and `take_waker`, as there. Acquire, for those
        // that came since the first wake: our caller's look sees already what the next poll would.
        // And it is a read-modify-write, so that the next `register` sees their news in any case.
        self.state.swap(WAITING, AcqRel);
        // Foreign code, both: after the window. The first must not keep the second from being
        // called.
        discard(stale);
=======
>>>>>>> wrong

<<<<<<< solution
        }
=======
        }
        self.state.swap(WAITING, AcqRel);
        discard(stale);
>>>>>>> wrong

//! exercise: 5.3
//! test: both_at_once::a_drop_that_registers_finds_the_window_closed
//! verdict: wrong
//! message: wakers held, which the drop registered: 0
//! rule: The window is closed before a waker is woken or dropped: both can register again.
//!
//! No task needs the stale waker any more, so the order seems not to matter. But its drop is foreign
//! code. While it runs the word is still REGISTERING. What the drop registers is lost, and if it panics,
//! the place stays unusable.

<<<<<<< solution
        // ORDERING: Release, for the next `register` and `take_waker`, as there. Acquire, for those
        // that came since the first wake: our caller's look sees already what the next poll would.
        // And it is a read-modify-write, so that the next `register` sees their news in any case.
        self.state.swap(WAITING, AcqRel);
        // Foreign code, both: after the window. The first must not keep the second from being
        // called.
        discard(stale);
=======
        discard(stale);
        self.state.swap(WAITING, AcqRel);
>>>>>>> wrong

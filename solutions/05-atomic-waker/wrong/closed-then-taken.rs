//! exercise: 5.3
//! test: loom_both_at_once::two_wakes_during_a_registration
//! verdict: wrong
//! message: loom found an interleaving
//! rule: The slot belongs to the thread that changed WAITING to REGISTERING, until it changes it back.
//!
//! First the word, so that other threads are not kept out longer than necessary, then the slot. But
//! the word is what makes the slot ours. Once it says WAITING, a second wake comes for the waker while
//! we take it.

<<<<<<< solution
        // SAFETY: the window is still ours: a wake that finds REGISTERING leaves the slot alone.
        let waker = unsafe { self.replace(None) };
        // ORDERING: Release, for the next `register` and `take_waker`, as there. Acquire, for those
        // that came since the first wake: our caller's look sees already what the next poll would.
        // And it is a read-modify-write, so that the next `register` sees their news in any case.
        self.state.swap(WAITING, AcqRel);
=======
        self.state.swap(WAITING, AcqRel);
        // SAFETY: the window is still ours: a wake that finds REGISTERING leaves the slot alone.
        let waker = unsafe { self.replace(None) };
>>>>>>> wrong

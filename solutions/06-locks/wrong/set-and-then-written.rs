//! exercise: 6.10
//! test: loom_set_once::one_sets_and_one_looks
//! verdict: wrong
//! message: A thread that sees that there is a value can read it.
//! rule: A thread that sees that there is a value can read it.
//!
//! Everything happens under the lock, so the order of the two lines does not seem to matter. But
//! `get` takes no lock: it sees the flag, and reads a value that is not there yet.

<<<<<<< solution
        self.value.with_mut(|place| {
            // SAFETY: we have the lock (Written Under Lock), and the flag is not set, so no thread
            // reads.
            unsafe { place.cast::<T>().write(value) };
        });
        // ORDERING: Release, with the Acquire in `initialized`.
        self.is_set.store(true, Release);
=======
        self.is_set.store(true, Release);
        self.value.with_mut(|place| {
            // SAFETY: we have the lock (Written Under Lock).
            unsafe { place.cast::<T>().write(value) };
        });
>>>>>>> wrong

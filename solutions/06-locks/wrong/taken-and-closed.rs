//! exercise: 6.9
//! test: once_cell::a_value_is_set_once
//! verdict: wrong
//! message: set, after take
//! rule: A value that was set stays, and the next one comes back.
//!
//! `take` takes the value out and sets the flag back, and the cell is as empty as a new one, except
//! for the semaphore, which was closed when there was a value. It stays closed, so no task can ever
//! make another one: `set` finds that there is a value, and `get` that there is none.

<<<<<<< solution
        // A new cell, for the semaphore of this one is closed. What is left of the old one has no
        // value to drop: the flag goes first.
        let old = std::mem::take(self);
        old.is_set.store(false, Release);
        // SAFETY: it was initialized, and it is not read again, for the flag is gone.
        Some(old.value.with(|value| unsafe { value.cast::<T>().read() }))
=======
        self.is_set.store(false, Release);
        // SAFETY: it was initialized, and it is not read again, for the flag is gone.
        Some(self.value.with(|value| unsafe { value.cast::<T>().read() }))
>>>>>>> wrong

//! exercise: 9.4
//! test: same_tick::reset_in_the_tick_that_fires
//! verdict: crashes
//! message: neither in the wheel nor fresh
//! rule: A timer can be reset in the very tick that fires it.
//! source: tokio #3229
//!
//! First all that are due are taken out, then they are fired, in batches. Between two batches the
//! lock is free, and the timers of the next batch are in no list, though their state says that they
//! are. A waker resets one of them, or drops it, and it is taken out of a list once more.

<<<<<<< solution
        while let Some(timer) = state.next_due(now) {
            is_any_due = true;
=======
        let due: Vec<_> = std::iter::from_fn(|| state.next_due(now)).collect();
        for timer in due {
            is_any_due = true;
>>>>>>> wrong

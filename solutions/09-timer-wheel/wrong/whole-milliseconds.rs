//! exercise: 9.6
//! test: driver::never_early_and_less_than_a_tick_late
//! verdict: wrong
//! message: and nothing was due
//! rule: The driver sleeps until the next timer, and once.
//! source: tokio #1296
//!
//! A tick is a millisecond, and so are the timeouts of most things that one can sleep on. But rounded
//! down, the sleep ends before the tick begins: nothing is due, and the next sleep has no length. The
//! thread spins until the tick has come.

<<<<<<< solution
            tick::begin(next).saturating_sub(now)
=======
            let exact = tick::begin(next).saturating_sub(now);
            Duration::from_millis(exact.as_millis() as u64)
>>>>>>> wrong

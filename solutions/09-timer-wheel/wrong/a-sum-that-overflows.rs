//! exercise: 9.8
//! test: interval::periods_without_end_and_without_length
//! verdict: wrong
//! message: overflow
//! rule: No period is too long, and none has no length.
//! source: tokio #3551, #4495, #6612, #8385
//!
//! Two instants and a sum: what can go wrong? The period may be `Duration::MAX`, as a way to say
//! *never*. Then the sum is beyond what the system can name, and the standard library panics. Tokio
//! mended that in four places, one after the other.

<<<<<<< solution
            true => due.saturating_add(self.period),
=======
            true => due + self.period,
>>>>>>> wrong

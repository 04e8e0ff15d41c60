//! exercise: 9.10
//! test: timeout::the_time_counts_from_the_call
//! verdict: wrong
//! message: but expected 10ms
//! rule: A timeout is over at its deadline, and not before.
//!
//! The time counts from the first poll that has to wait, which is cheap: most timeouts never read a clock. A test that holds
//! the clock wants to know when the time is over, to the tick, and so it has to know from when on it counts. There a clock costs
//! nothing, and is read by the call.

<<<<<<< solution
        true => Limit::At(from_now(duration)),
=======
        true => Limit::After(duration),
>>>>>>> wrong

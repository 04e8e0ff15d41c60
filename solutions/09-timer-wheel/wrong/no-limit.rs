//! exercise: 9.6
//! test: driver::a_limit_of_the_caller_is_kept
//! verdict: wrong
//! message: asked: [For(10ms)
//! rule: The driver sleeps until the next timer, and once.
//!
//! The next timer says how long to sleep, and only without one the caller is asked. But the caller
//! has a reason for its limit, for example a driver of its own above this one.

<<<<<<< solution
            (Some(until_next), Some(limit)) => Some(until_next.min(limit)),
            (until_next, limit) => until_next.or(limit),
=======
            (until_next, limit) => until_next.or(limit),
>>>>>>> wrong

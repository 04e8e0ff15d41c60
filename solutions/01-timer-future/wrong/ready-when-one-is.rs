//! exercise: 1.7
//! test: both_at_once::a_poll_returns_while_one_is_pending
//! verdict: wrong
//! message: a poll of the join panicked
//! rule: A join is ready when both of its futures are, and not before.
//!
//! The wrong one of two small words. This goes on as soon as either future is ready, which is the
//! condition of a select. A select returns with the first output; here the other has no output to give.

<<<<<<< solution
        if a.is_pending() || b.is_pending() {
=======
        if a.is_pending() && b.is_pending() {
>>>>>>> wrong

//! exercise: 3.2
//! test: loom_wake::a_wake_by_ref_is_seen_by_a_later_poll
//! verdict: wrong
//! message: the last poll did not see the value that was stored before the wake
//! rule: After a wake, a poll begins that sees all that was done before it.
//! source: tokio #7589, #7622: stuck under Miri and on Arm
//!
//! The task is notified already, so the word would not change, and an atomic operation is saved. But
//! the bit is not all that a wake says. It also says "and look at what I did before": only a write
//! with Release can hand that over to the poll, even a write of the same value.

<<<<<<< solution
            if current.is_complete() {
=======
            if current.is_complete() || current.is_notified() {
>>>>>>> wrong

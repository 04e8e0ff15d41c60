//! exercise: 3.2
//! test: loom_notified::a_task_that_is_queued_is_woken
//! verdict: wrong
//! message: the value that was stored before the wake, in the poll that answers it
//! rule: After a wake, a poll begins that sees all that was done before it.
//! source: tokio #7589, #7622: stuck under Miri and on Arm
//!
//! The task is notified already, so the word would not change, and this answer saves an atomic
//! operation. But a wake says more than the bit. It also says "and look at what I did before". Only
//! a write with Release can hand that over to the poll, even if it writes the same value.

<<<<<<< solution
            if current.is_complete() {
=======
            if current.is_complete() || current.is_notified() {
>>>>>>> wrong

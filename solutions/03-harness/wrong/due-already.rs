//! exercise: 3.8
//! test: loom_notified::a_task_that_is_queued_is_woken
//! verdict: wrong
//! message: the value that was stored before the wake, in the poll that answers it
//! rule: After a wake, a poll begins that sees all that was done before it.
//! source: tokio #7589, #7622: stuck under Miri and on Arm
//!
//! A write to a word that other threads use is dear, and a look is cheap. If a poll is due already, the bit that a wake sets
//! is there. But the poll has to see what the waking thread did before the wake, and a look tells it nothing.

<<<<<<< solution
        if self.load().is_complete() {
            return false;
        }
=======
        if self.load().has(DUE | DONE) {
            return false;
        }
>>>>>>> wrong

//! exercise: 3.8
//! test: state_walk::as_a_plain_model
//! verdict: wrong
//! message: the beginning of a poll
//! rule: Running Owns Stage: one thread at a time polls the future or drops it.
//!
//! There is one ticket, so there is one poll. But a shutdown needs no ticket: it takes a task that waits or is queued, and
//! drops its future. The ticket is still in a queue, and comes while the shutdown is at work.

<<<<<<< solution
        let begun = self.change(|now| match now.has(OWNED | DONE) {
=======
        let begun = self.change(|now| match now.has(DONE) {
>>>>>>> wrong

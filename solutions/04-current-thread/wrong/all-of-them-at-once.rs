//! exercise: 4.10
//! test: inbox::no_more_than_asked_for
//! verdict: wrong
//! message: the batch: [Id(1), Id(2), Id(3), Id(4), Id(5)]
//! rule: A batch has the tasks that waited for longest, in order, and no more than asked for.
//!
//! What is there is taken, in one go, and the lock is free again. But the lock is held for as long as that takes, and a thousand tasks that were
//! pushed meanwhile wait behind it. The caller says how much it can bear.

<<<<<<< solution
            for ticket in ring.drain(..max.min(ring.len())) {
=======
            let _ = max;
            for ticket in ring.drain(..) {
>>>>>>> wrong

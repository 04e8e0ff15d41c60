//! exercise: 4.10
//! test: inbox::two_are_taken_while_we_wait_for_the_lock
//! verdict: wrong
//! message: the list was shorter than it had been before the lock was taken
//! rule: What is read without the lock is a hint: what is taken is decided under the lock.
//!
//! The number was read a moment ago, and it says how many to take. But between the look and the lock another thread may have taken some.
//! The ring is shorter then than the number said, and a range beyond its end is a panic, with the lock held.

<<<<<<< solution
        if self.is_empty() {
            return batch;
        }
=======
        let queued = self.len();
        if queued == 0 {
            return batch;
        }
>>>>>>> wrong

<<<<<<< solution
            for ticket in ring.drain(..max.min(ring.len())) {
=======
            for ticket in ring.drain(..max.min(queued)) {
>>>>>>> wrong

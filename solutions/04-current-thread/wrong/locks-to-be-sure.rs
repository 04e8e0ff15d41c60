//! exercise: 4.10
//! test: inbox::a_look_at_an_empty_queue_does_not_lock
//! verdict: wrong
//! message: locked for nothing
//! rule: A look at an empty queue takes no lock.
//!
//! Only the lock makes the answer true, so it is taken first. But the scheduler looks every few polls for as long as it runs, and most of
//! the time nothing has come. Each look would stop for the lock, and would stop other threads.

<<<<<<< solution
        if self.is_empty() {
            return batch;
        }
=======
>>>>>>> wrong

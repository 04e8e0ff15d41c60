//! exercise: 4.1
//! test: inbox::a_look_at_an_empty_queue_does_not_lock
//! verdict: wrong
//! message: locked for nothing
//! rule: A look at an empty queue takes no lock.
//!
//! Only the lock makes the answer true, so this answer takes it first. But the scheduler looks
//! every few polls, for as long as it runs, and most of the time there is nothing. Each look takes
//! the lock that every other thread needs in order to wake a task.

<<<<<<< solution
        if self.is_empty() {
            return TaskQueue::new();
        }
=======
>>>>>>> wrong

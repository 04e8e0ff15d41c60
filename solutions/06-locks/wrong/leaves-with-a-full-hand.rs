//! exercise: 6.6
//! test: give_back::who_has_all_gives_all_back
//! verdict: wrong
//! message: wakes of A and B
//! rule: What an acquire had got when it is dropped goes to the next, or is free.
//! source: awslabs/shuttle #167, where they were free again and nobody was woken
//!
//! If it is in the list no more, it has been served, and there is nothing to take out of the list: so it
//! may go. It goes with all its permits, which were handed to it and never became a guard's.

<<<<<<< solution
        let mut waiters = semaphore.lock();
=======
        if self.is_decided() {
            self.is_queued = false;
            return;
        }
        let mut waiters = semaphore.lock();
>>>>>>> wrong

//! exercise: 6.6
//! test: give_back::who_has_all_gives_all_back
//! verdict: wrong
//! message: wakes of A and B
//! rule: What an acquire had got when it is dropped goes to the next, or is free.
//! source: awslabs/shuttle #167, where they were free again and nobody was woken
//!
//! If the waiter is no longer in the list, it has been served, and nothing has to be taken out: so it
//! may go. But it goes with all its permits, which were handed to it and never became a guard's.

<<<<<<< solution
        let mut waiters = semaphore.lock();
=======
        if self.is_decided() {
            self.is_queued = false;
            return;
        }
        let mut waiters = semaphore.lock();
>>>>>>> wrong

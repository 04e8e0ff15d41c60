//! exercise: 6.5
//! test: hand_over::those_who_wait_are_served_in_order
//! verdict: wrong
//! message: nobody waits any more, and yet
//! rule: When no task waits any more, QUEUED is cleared: then a release needs no lock.
//!
//! If nothing is left, there is nothing to set free. But `set_free` also sees to QUEUED. It stays set
//! now until something is left by chance, and each release takes the lock for nothing.

<<<<<<< solution
        self.set_free(&waiters, n);
=======
        if 0 < n {
            self.set_free(&waiters, n);
        }
>>>>>>> wrong

//! exercise: 6.6
//! test: give_back::the_only_one_leaves
//! verdict: wrong
//! message: nobody waits any more, and yet
//! rule: When no task waits any more, QUEUED is cleared: then a release needs no lock.
//!
//! What the waiter has is given back by the function that is there for giving back. But a waiter that
//! has nothing releases nothing, and that returns at once. It does not see that the list may be empty
//! now, and QUEUED stays set.

<<<<<<< solution
        semaphore.hand_over(waiters, self.wanted - missing);
=======
        drop(waiters);
        semaphore.release(self.wanted - missing);
>>>>>>> wrong

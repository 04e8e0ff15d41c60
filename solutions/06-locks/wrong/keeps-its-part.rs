//! exercise: 6.6
//! test: give_back::a_part_becomes_free
//! verdict: wrong
//! message: free permits after A is dropped
//! rule: What an acquire had got when it is dropped goes to the next, or is free.
//!
//! It waits, so it has nothing; it leaves, and there is nothing to give back. That is so for every
//! task that wants one permit, and nearly all do. But a task that wants three may have two of them, and
//! those are never seen again.

<<<<<<< solution
        // It is out of the list, so this is its last state.
        let missing = self.waiter.state() & !REFUSED;
        semaphore.hand_over(waiters, self.wanted - missing);
=======
        let is_served = self.waiter.state() == 0;
        semaphore.hand_over(waiters, if is_served { self.wanted } else { 0 });
>>>>>>> wrong

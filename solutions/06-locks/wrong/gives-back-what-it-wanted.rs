//! exercise: 6.6
//! test: give_back::who_has_nothing_leaves_nothing
//! verdict: wrong
//! message: free permits
//! rule: No permit is lost, and none is made.
//!
//! A guard, when it is dropped, releases what was acquired. But this is not a guard. It has got
//! only what was handed to it so far, and here that is nothing: each acquire that is dropped early
//! makes permits.

<<<<<<< solution
        // It is out of the list, so this is its last state.
        let missing = self.waiter.state() & !REFUSED;
        semaphore.hand_over(waiters, self.wanted - missing);
=======
        semaphore.hand_over(waiters, self.wanted);
>>>>>>> wrong

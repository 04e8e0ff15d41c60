//! exercise: 6.6
//! test: loom_give_back::one_with_a_part_is_dropped
//! verdict: wrong
//! message: No permit is lost, and none is made.
//! rule: No permit is lost, and none is made.
//!
//! The number of permits that it misses is in an atomic word, which can be read at any time. It can also
//! be written at any time, until the waiter is out of the list: what is handed over between the look
//! and the lock is never given back.

<<<<<<< solution
        let mut waiters = semaphore.lock();
=======
        let missing = self.waiter.state() & !REFUSED;
        let mut waiters = semaphore.lock();
>>>>>>> wrong

<<<<<<< solution
        // It is out of the list, so this is its last state.
        let missing = self.waiter.state() & !REFUSED;
=======
>>>>>>> wrong

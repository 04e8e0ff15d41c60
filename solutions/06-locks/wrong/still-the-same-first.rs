//! exercise: 6.5
//! test: hand_over::the_next_gets_a_part_between_two_batches
//! verdict: wrong
//! message: , but expected 2
//! rule: No permit is lost, and none is made.
//!
//! The batch is full, so it is woken before the next waiter is served. But we read before that how much
//! the next waiter misses. While the list was unlocked, other threads could hand it permits, or it could
//! leave. Then it is handed more than it misses, and the surplus is lost.

<<<<<<< solution
            batch.push(waiters.hand_to_first(0).flatten());
=======
>>>>>>> wrong

<<<<<<< solution
                waiters = self.lock();
            }
=======
                waiters = self.lock();
            }
            batch.push(waiters.hand_to_first(0).flatten());
>>>>>>> wrong

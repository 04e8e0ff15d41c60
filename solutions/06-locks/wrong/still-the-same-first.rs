//! exercise: 6.5
//! test: hand_over::the_next_gets_a_part_between_two_batches
//! verdict: wrong
//! message: , but expected 2
//! rule: No permit is lost, and none is made.
//!
//! The batch is full, so it is woken before the next is served. What the next misses was read before
//! that, and while the list was unlocked others could hand it permits, or it could leave. Then it is
//! handed more than it misses, and what is too much is lost.

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

//! exercise: 6.8
//! test: barrier::one_is_back_before_the_others_are_woken
//! verdict: hangs
//! message: is stuck inside wake() of A
//! rule: No lock is held while wakers are called.
//!
//! All that the last to arrive does is one step, so all of it is done under the lock, even the wakes.
//! But a task that is woken may be run inside its wake, and be back at the barrier at once. It
//! waits for the lock that the leader holds, and the leader waits for the wake to return.

<<<<<<< solution
                round.generation = round.generation.wrapping_add(1);
                drop(round);
                self.ended.notify_waiters();
=======
                round.generation = round.generation.wrapping_add(1);
                self.ended.notify_waiters();
>>>>>>> wrong

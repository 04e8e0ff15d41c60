//! exercise: 6.5
//! test: hand_over::a_part_is_handed_over
//! verdict: wrong
//! message: wakes of A: 0, but expected 1
//! rule: A waiter that has all its permits is woken, once; one that has not is not.
//!
//! If there are too few permits for the first waiter, it waits on, and the rest is set free. But while
//! a task waits, no permit may be free, and `set_free` relies on that. The permits are gone, and a
//! task that wants three of them waits for ever, since they never come three at a time.

<<<<<<< solution
                first.set_state(missing - n);
=======
>>>>>>> wrong

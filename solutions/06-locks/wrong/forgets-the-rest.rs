//! exercise: 6.5
//! test: hand_over::what_is_left_is_free
//! verdict: wrong
//! message: free permits, of five
//! rule: No permit is lost, and none is made.
//!
//! The permits go to the waiters, and when no task waits any more the work seems done. But there may be
//! permits left; and QUEUED is still set, so that each release from now on takes the lock for nothing.

<<<<<<< solution
                n = 0;
=======
>>>>>>> wrong

<<<<<<< solution
        self.set_free(&waiters, n);
=======
>>>>>>> wrong

//! exercise: 6.10
//! test: set_once::all_who_wait_are_woken
//! verdict: wrong
//! message: wakes
//! rule: When there is a value, all who wait are woken.
//!
//! There is one value, and `notify_one` tells one task. A permit is passed on only if the task that was
//! told does not take it. Here the task reads the value and goes, and the others are never told.

<<<<<<< solution
        self.set.notify_waiters();
=======
        self.set.notify_one();
>>>>>>> wrong

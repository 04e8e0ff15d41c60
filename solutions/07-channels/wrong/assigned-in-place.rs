//! exercise: 7.5
//! test: watch::the_old_value_is_dropped_where_no_lock_is_held
//! verdict: hangs
//! message: a value waits for a lock that the code dropping it holds
//! rule: No lock is held while wakers are called, or while a value is dropped.
//!
//! A send stores a value, and an assignment does that. But it also drops the value that was there
//! before, on the spot, which is under the lock. For example, a value that looks at the
//! channel when it is dropped then waits for a lock that its own thread holds.

<<<<<<< solution
        drop(self.send_replace(value));
=======
        self.send_modify(|current| *current = value);
>>>>>>> wrong

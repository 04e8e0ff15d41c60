//! exercise: 6.10
//! test: set_once::wakers_that_use_the_cell
//! verdict: hangs
//! message: holds a lock that the called code needs, too
//! rule: No lock is held while wakers are called.
//!
//! The lock is released at the end of the function, and the wakes are its last line. But a waker is
//! foreign code. For example, one that uses the cell itself and tries a `set` waits for the lock that
//! its own thread holds.

<<<<<<< solution
        drop(writing);
        self.set.notify_waiters();
=======
        self.set.notify_waiters();
        drop(writing);
>>>>>>> wrong

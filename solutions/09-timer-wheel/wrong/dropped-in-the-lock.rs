//! exercise: 9.5
//! test: cancel::the_waker_is_dropped_without_the_lock
//! verdict: hangs
//! message: stuck inside the poll of other
//! rule: Foreign Code Unlocked: no waker is dropped while the driver is locked.
//!
//! The waker is dropped where it is, and the lock with the end of the function. To drop a waker can
//! be to drop the last reference to a task, and with it a future that has a timer of its own. That
//! one waits for the lock that its own thread has.

<<<<<<< solution
        drop(state);
        // Foreign code.
        drop(waker);
=======
        drop(waker);
>>>>>>> wrong

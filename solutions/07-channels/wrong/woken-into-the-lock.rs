//! exercise: 7.5
//! test: watch::whoever_is_woken_finds_the_value
//! verdict: hangs
//! message: stuck inside wake() of A
//! rule: No lock is held while wakers are called, or while a value is dropped.
//!
//! The guard is dropped at the end of the function, as guards are, and the wakes come before that. But
//! a waker may do anything. For example, it may run the task at once, on this thread, and the task looks
//! at the value it was woken for. It waits for the lock, which is released when it returns.

<<<<<<< solution
        drop(value);
        self.shared.changed.notify_waiters();
=======
        self.shared.changed.notify_waiters();
>>>>>>> wrong

//! exercise: 6.7
//! test: rwlock::locks_of_things_without_a_size
//! verdict: does not compile
//! message: cannot be sent between threads safely
//! rule: The future of a lock can be sent to another thread.
//!
//! The guard is made in one line, and its arguments are evaluated in their order: the pointer
//! first, then the wait. So a raw pointer lives across an `await`, becomes a field of the future,
//! and a raw pointer is not `Send`. No task that waits for this lock can be spawned on a scheduler
//! that may run it on another thread.

<<<<<<< solution
        let hold = self.hold(self.max_readers).await;
        RwLockWriteGuard::new(self.value.get(), hold)
=======
        RwLockWriteGuard::new(self.value.get(), self.hold(self.max_readers).await)
>>>>>>> wrong

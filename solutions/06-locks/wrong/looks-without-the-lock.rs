//! exercise: 6.10
//! test: loom_set_once::two_set
//! verdict: wrong
//! message: Of two that set the value, one does, and the other has its own back.
//! rule: Of two that set the value, one does, and the other has its own back.
//!
//! The flag says whether there is a value, so this looks at it first, and a value that comes too late
//! goes back without a lock. But two threads can both find no value, and then take the lock one after
//! the other: the second writes over a value that a third may be reading.

<<<<<<< solution
        // Our turn to write, or to see what another thread has written: it does not take long, for
        // nothing foreign runs under this lock.
        let writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        // ORDERING: Relaxed: it is written under the lock.
        if self.is_set.load(Relaxed) {
            return Err(SetOnceError(value));
        }
=======
        if self.initialized() {
            return Err(SetOnceError(value));
        }
        let writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
>>>>>>> wrong

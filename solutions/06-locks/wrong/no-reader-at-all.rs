//! exercise: 6.7
//! test: rwlock::tokio_8076_a_lock_for_no_reader
//! verdict: wrong
//! message: a lock for no reader was made
//! rule: There are never more readers than the lock is for.
//! source: tokio #8076
//!
//! A lock that no reader can have is of little use, but a program that asks for it may have it. A writer
//! takes all of its permits, which are none. So it never waits, and neither does the next writer
//! beside it: two `&mut` to one value, in safe code.

<<<<<<< solution
        // With no permits at all a writer would have all of them, and so would the next.
        assert!(
            max_readers != 0,
            "a RwLock may not be created with 0 readers"
        );
        assert!(
            max_readers <= READERS_MAX,
            "a RwLock may not be created with more than {READERS_MAX} readers"
        );
=======
        assert!(
            max_readers <= READERS_MAX,
            "a RwLock may not be created with more than {READERS_MAX} readers"
        );
>>>>>>> wrong

//! exercise: 6.7
//! test: rwlock::at_most_so_many_readers
//! verdict: wrong
//! message: A does not have the lock
//! rule: A writer has the lock alone.
//!
//! A writer takes all permits, and there is a constant that says how many that are. It is the right
//! number for every lock but the one that was made for fewer readers: there the writer waits for
//! permits that do not exist.

<<<<<<< solution
        let hold = self.hold(self.max_readers).await;
=======
        let hold = self.hold(READERS_MAX).await;
>>>>>>> wrong

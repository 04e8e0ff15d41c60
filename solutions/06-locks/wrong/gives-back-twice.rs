//! exercise: 6.7
//! test: rwlock::tokio_2957_a_writer_becomes_a_reader
//! verdict: wrong
//! message: B has the lock
//! rule: A writer has the lock alone.
//!
//! The guard becomes a reader's by giving back all permits but one. But the hold goes on to say that it
//! has them all, and gives all of them back once more when it is dropped. Now there are more permits
//! than readers that the lock is for. A writer that has all it asks for leaves some for a reader.

<<<<<<< solution
        // The permit that is kept was ours all the time.
        let rest = std::mem::replace(&mut self.count, 1) - 1;
        self.permits.add_permits(rest as usize);
=======
        let rest = self.count - 1;
        self.permits.add_permits(rest as usize);
>>>>>>> wrong

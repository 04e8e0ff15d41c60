//! exercise: 6.7
//! test: rwlock::tokio_2957_a_writer_becomes_a_reader
//! verdict: wrong
//! message: C has the lock
//! rule: A writer becomes a reader without letting another writer in.
//!
//! To make a reader of a writer, release the lock and take it again, for reading: nobody can be
//! faster, there is no `await` in between. But there is a line. The permits go to those who wait as
//! they are given back, so the next writer has the lock before this one asks, and the guard that we
//! return reads what it writes.

<<<<<<< solution
        // The permit that is kept was ours all the time.
        let rest = std::mem::replace(&mut self.count, 1) - 1;
        self.permits.add_permits(rest as usize);
=======
        let all = std::mem::replace(&mut self.count, 1);
        self.permits.add_permits(all as usize);
        if let Ok(permit) = self.permits.try_acquire() {
            permit.forget();
        }
>>>>>>> wrong

//! exercise: 6.7
//! test: rwlock::tokio_2957_a_writer_becomes_a_reader
//! verdict: wrong
//! message: C has the lock
//! rule: A writer becomes a reader without letting another writer in.
//!
//! To make a reader of a writer, release the lock and take it again, for reading. No other task can be
//! faster, it seems, as there is no `await` in between. But there is a line. The permits go to the
//! waiting tasks as they are given back. So the next writer has the lock before this task asks, and the
//! guard that we return reads what that writer writes.

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

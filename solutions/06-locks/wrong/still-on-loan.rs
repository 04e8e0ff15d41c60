//! exercise: 6.7
//! test: rwlock::readers_together_and_writers_alone
//! verdict: wrong
//! message: with two readers, free for: (true, true)
//! rule: A writer has the lock alone.
//!
//! We have waited for the permit, and hold it. But the variable `permit` holds it. That is dropped at
//! the end of its block and gives the permit back, while the guard goes on. And when the guard is
//! dropped, it gives back a permit that it never had.

<<<<<<< solution
        let permit = self.permits.try_acquire_many(count);
        permit.map_err(|_| TryLockError(()))?.forget();
=======
        let permit = self.permits.try_acquire_many(count);
        permit.map_err(|_| TryLockError(()))?;
>>>>>>> wrong

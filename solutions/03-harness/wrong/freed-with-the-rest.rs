//! exercise: 3.9
//! test: life_walk::as_a_plain_model
//! verdict: wrong
//! message: drops of the future
//! rule: The future is dropped once: when the task ends, or when nothing can wake it any more.
//!
//! A future that is done is of no use, and is dropped with the task. But the task is there as long as any waker is: in the
//! table of a cache, perhaps for hours. All that time the future keeps what it has: a socket, a lock, a sender.

<<<<<<< solution
        // SAFETY: as our caller promises.
        let dropped = unsafe { self.drop_future() };
        let outcome = match (polled, dropped) {
=======
        let dropped: Result<(), Payload> = Ok(());
        let outcome = match (polled, dropped) {
>>>>>>> wrong

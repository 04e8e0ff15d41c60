//! exercise: 8.3
//! test: driver::more_latest_readers_than_a_batch
//! verdict: wrong
//! message: a turn panicked: a report found a batch that was full
//! rule: A report may find the batch full: then what is in it is woken first.
//!
//! The wakers of the latest tasks are at hand at once, so they go into the batch at once, and those of the list after
//! them. The batch seems to be empty at the beginning. But a driver makes one for all the reports of a turn, and a
//! report finds in it what the reports before it have left. After thirty-two sockets it is full.

<<<<<<< solution
        let latest = waiters.call(ready);
        while !waiters.take_called(batch) {
            drop(waiters);
            batch.wake();
            waiters = self.waiters();
        }
        drop(waiters);
        for waker in latest {
            if !batch.can_push() {
                batch.wake();
            }
            batch.push(waker);
        }
=======
        for waker in waiters.call(ready) {
            batch.push(waker);
        }
        while !waiters.take_called(batch) {
            drop(waiters);
            batch.wake();
            waiters = self.waiters();
        }
>>>>>>> wrong

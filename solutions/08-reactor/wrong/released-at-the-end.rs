//! exercise: 8.11
//! test: call::wakes_come_back_for_the_lock
//! verdict: wrong
//! message: a waker was woken under the lock
//! rule: Nothing Foreign Under The Lock: no waker is woken while the waiters are locked.
//!
//! All wakers are taken out, and the batch wakes them later. So the lock may be released when the function ends. But a batch
//! has room for 32: with more, it is woken here. A waker may poll its task at once, and the task waits for this lock.

<<<<<<< solution
        drop(state);
        for waker in wakers {
            if !batch.can_push() {
                batch.wake();
            }
            batch.push(Some(waker));
        }
=======
        for waker in wakers {
            if !batch.can_push() {
                batch.wake();
            }
            batch.push(Some(waker));
        }
        drop(state);
>>>>>>> wrong

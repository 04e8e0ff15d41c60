//! exercise: 6.2
//! test: join_queue::enabling_takes_a_permit_or_a_place
//! verdict: wrong
//! message: a future was enabled, and nobody is queued
//! rule: A future that finds nothing is in the queue, and its waker is kept there.
//!
//! `enable` has no waker, so there is no task to wake, and the queue seems to gain nothing. But `enable`
//! is there for the place in the queue. Between it and the first poll its caller looks at some
//! state, and a notification of that moment has to be handed to *this* future.

<<<<<<< solution
        // A clone is foreign code, and so it comes before the lock.
        let waker = waker.cloned();
=======
        let Some(waker) = waker.cloned() else {
            return Poll::Pending;
        };
>>>>>>> wrong

<<<<<<< solution
        // SAFETY: the waiter is in no list, and pinned with the future, whose `drop` takes it out.
        unsafe { lists.waiting.push(&self.waiter, waker) };
=======
        // SAFETY: the waiter is in no list, and pinned with the future, whose `drop` takes it out.
        unsafe { lists.waiting.push(&self.waiter, Some(waker)) };
>>>>>>> wrong

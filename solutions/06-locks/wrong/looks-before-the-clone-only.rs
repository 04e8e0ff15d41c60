//! exercise: 6.2
//! test: join_queue::a_permit_comes_while_the_waker_is_cloned
//! verdict: wrong
//! message: the permit came while the waker was cloned; the future waits beside it
//! rule: A notification that comes between the look and the queue is not missed.
//!
//! We have just looked, and there was nothing; so we join the queue. `set_queued` refuses because
//! something has come meanwhile, and its answer is ignored. Then a permit and a queue are there at once,
//! and each waits for the other.

<<<<<<< solution
        loop {
            if self.take_notification(notify) {
                // The guard goes before the waker, which was cloned in vain.
                return Poll::Ready(());
            }
            if self.set_queued(notify) {
                break;
            }
        }
=======
        self.set_queued(notify);
>>>>>>> wrong

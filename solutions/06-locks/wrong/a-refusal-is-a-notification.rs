//! exercise: 6.2
//! test: join_queue::a_refusal_takes_the_permit_too
//! verdict: wrong
//! message: two futures have taken one permit
//! rule: A permit that is there is taken by the first task that polls, and by no other.
//!
//! If QUEUED cannot be set, a notification has come, so the answer is `Ready`. It is. But the
//! notification may be a permit, and a permit stays until a task takes it. The next task that comes
//! finds it and is told of the same thing.

<<<<<<< solution
        loop {
            if self.take_notification(notify) {
                // The guard goes before the waker, which was cloned in vain.
                return Poll::Ready(());
            }
            if self.set_queued(notify) {
                break;
            }
=======
        if !self.set_queued(notify) {
            self.stage = Stage::Done;
            return Poll::Ready(());
>>>>>>> wrong

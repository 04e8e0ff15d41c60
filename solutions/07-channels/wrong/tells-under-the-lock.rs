//! exercise: 7.6
//! test: broadcast::tokio_8558_a_waker_that_uses_the_channel_when_the_last_receiver_goes
//! verdict: hangs
//! message: stuck inside wake() of A
//! rule: No lock is held while wakers are called, or messages are cloned or dropped.
//! source: tokio #8558
//!
//! The receiver that takes the number of receivers to zero knows it there and then, and tells the tasks
//! that wait for it there and then: with the ring locked. A waker that asks, for example, how many
//! receivers are left never returns.

<<<<<<< solution
        let is_last = ring.receivers == 0;
=======
        if ring.receivers == 0 {
            self.shared.deserted.notify_waiters();
        }
>>>>>>> wrong
<<<<<<< solution
        // After that, so that a task that is told so finds no message that waits for a receiver.
        if is_last {
            keep(isolate(|| self.shared.deserted.notify_waiters()));
        }
=======
>>>>>>> wrong

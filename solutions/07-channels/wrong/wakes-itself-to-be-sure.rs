//! exercise: 7.2
//! test: poll_recv::a_value_that_comes_later_wakes_the_receiver
//! verdict: wrong
//! message: wakes of the receiver: 2, but expected 1
//! rule: A receiver that waits has left the waker of its latest poll.
//!
//! A value may have come between the look and the waker, so we wake ourselves, and look in the next
//! poll. Nothing is ever lost. But most of the time that poll finds nothing either, and wakes itself
//! as well: a receiver that waits for an hour is polled for an hour.

<<<<<<< solution
        let mut has_registered = false;
        ⋮
        }
=======
        match self.next() {
            Next::Value(value) => return Poll::Ready(Some(value)),
            Next::End => return Poll::Ready(None),
            Next::Nothing => {}
        }
        self.chan.receiver.register(cx.waker());
        self.announce();
        cx.waker().wake_by_ref();
        Poll::Pending
>>>>>>> wrong

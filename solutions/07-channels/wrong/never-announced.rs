//! exercise: 7.2
//! test: poll_recv::a_value_that_comes_later_wakes_the_receiver
//! verdict: wrong
//! message: wakes of the receiver: 0, but expected 1
//! rule: A receiver that waits has left the waker of its latest poll.
//!
//! Chapter 5's rule, to the letter: look, register, look again. But a sender goes for the waker only
//! if the slot says that the receiver waits, and the slot does not say so.

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
        match self.next() {
            Next::Value(value) => Poll::Ready(Some(value)),
            Next::End => Poll::Ready(None),
            Next::Nothing => Poll::Pending,
        }
>>>>>>> wrong

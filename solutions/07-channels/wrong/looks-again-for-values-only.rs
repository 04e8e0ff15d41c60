//! exercise: 7.2
//! test: poll_recv::the_last_sender_goes_while_the_waker_is_left
//! verdict: wrong
//! message: the receiver sleeps, and nobody is left to wake it
//! rule: Whatever comes while the waker is being left is seen.
//!
//! The second look is for a value that came in between, so it looks only for a value. But the end may
//! also have come in between: the last sender has gone, and its wake found no waker.

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
        match self.next() {
            Next::Value(value) => Poll::Ready(Some(value)),
            _ => Poll::Pending,
        }
>>>>>>> wrong

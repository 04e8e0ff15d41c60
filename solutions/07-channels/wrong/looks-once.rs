//! exercise: 7.2
//! test: poll_recv::a_value_that_comes_while_the_waker_is_left
//! verdict: wrong
//! message: the receiver sleeps beside a value
//! rule: Whatever comes while the waker is being left is seen.
//! source: futures-rs #2706, the same gap in `Shared`
//!
//! There was nothing, so the waker is left for the next value, and that is that. But the next value came
//! in between: after the look, and before the announcement. Its sender found no receiver to wake.

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
        Poll::Pending
>>>>>>> wrong

//! exercise: 7.7
//! test: poll_recv::a_value_that_comes_while_the_waker_is_left
//! verdict: wrong
//! message: a value
//! rule: Whatever comes while the waker is being left is seen.
//!
//! The receiver looks, finds nothing, and leaves its waker. A value that comes between the two finds no waker
//! to wake, and the poll says that there is nothing. The lock makes each of the two steps whole; it does not
//! make them one.

<<<<<<< solution
            self.chan.receiver.register(cx.waker());
            has_registered = true;
=======
            self.chan.receiver.register(cx.waker());
            has_registered = true;
            if has_registered {
                return Poll::Pending;
            }
>>>>>>> wrong

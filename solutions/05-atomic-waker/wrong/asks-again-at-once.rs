//! exercise: 5.8
//! test: closed::a_poll_for_no_reason_keeps_its_waker
//! verdict: wrong
//! message: wakes: 1, but expected 0
//! rule: A task is woken when there is something new for it.
//!
//! The task does not see a close between the look and the registration, so it wakes itself, to look
//! again. And again: it is polled over and over until the receiver is closed.

<<<<<<< solution
        // Again: a close in between may have found no waker.
        if self.is_closed() {
            return Poll::Ready(());
        }
=======
        cx.waker().wake_by_ref();
>>>>>>> wrong

//! exercise: 5.8
//! test: closed::a_close_wakes_the_sender
//! verdict: wrong
//! message: wakes: 0, but expected 1
//! rule: A sender that waits for `closed` is woken when the receiver is closed.
//!
//! The answer is in the word, and the next poll will find it. But no task polls without a reason: a
//! future that returns Pending has to make sure that its task is woken.

<<<<<<< solution
        if self.is_closed() {
            return Poll::Ready(());
        }
        self.shared().tx_waker.register(cx.waker());
        ⋮
        Poll::Pending
=======
        let _ = cx;
        match self.is_closed() {
            true => Poll::Ready(()),
            false => Poll::Pending,
        }
>>>>>>> wrong

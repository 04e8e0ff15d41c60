//! exercise: 5.8
//! test: loom_closed::a_close_while_the_sender_asks
//! verdict: wrong
//! message: the sender found it open, and was not woken
//! rule: A task that awaits `closed` sees that it is, or is woken when it is.
//!
//! The test closes the receiver in the clone of the waker. So the clone comes first and the look
//! after it, and the test passes. But the receiver need not wait for a clone. Another thread closes
//! it between the look and the registration, as before, and finds no waker.

<<<<<<< solution
        if self.is_closed() {
            return Poll::Ready(());
        }
        self.shared().tx_waker.register(cx.waker());
        ⋮
        Poll::Pending
=======
        let waker = cx.waker().clone();
        if self.is_closed() {
            return Poll::Ready(());
        }
        self.shared().tx_waker.register(&waker);
        Poll::Pending
>>>>>>> wrong

//! exercise: 5.5
//! test: loom_complete::a_send_and_a_waker
//! verdict: wrong
//! message: it saw a complete channel: false; it was woken: false
//! rule: A receiver that leaves its waker is woken, or sees that the channel is complete.
//!
//! The word is read, a decision is made, and the word is written. Between the reading and the writing
//! the receiver leaves its waker, and the store wipes that out. The receiver has seen a channel that
//! was not complete, and it is never woken.

<<<<<<< solution
        // ORDERING: Relaxed: the exchange is the access that counts, and it fails if this is out of
        ⋮
        }
=======
        use std::sync::atomic::Ordering::Release;

        let current = self.word.load(Acquire);
        if current & CLOSED != 0 {
            return ToComplete::Closed;
        }
        if current & RX_WAKER != 0 {
            self.word.store(current | COMPLETE, Release);
            return ToComplete::Wake;
        }
        self.word.store(current | COMPLETE | TX_GONE, Release);
        ToComplete::Gone
>>>>>>> wrong

//! exercise: 5.5
//! test: loom_complete::a_send_and_a_waker
//! verdict: wrong
//! message: loom found an interleaving
//! rule: A receiver that leaves its waker is woken, or sees that the channel is complete.
//! source: asyncband #111: orderings of a oneshot's transitions
//!
//! A send publishes a value, so Release it is. It also takes over a waker, which the receiver wrote
//! before it set RX_WAKER. Without Acquire the sender may see the bit and not the waker.

<<<<<<< solution
        // ORDERING: Relaxed: the exchange is the access that counts, and it fails if this is out of
        // date. Only on CLOSED do we return without it; then the cell is what we have written
        // ourselves.
        let mut current = self.word.load(Relaxed);
=======
        use std::sync::atomic::Ordering::Release;

        let mut current = self.word.load(Relaxed);
>>>>>>> wrong

<<<<<<< solution
                .compare_exchange_weak(current, next, AcqRel, Relaxed)
=======
                .compare_exchange_weak(current, next, Release, Relaxed)
>>>>>>> wrong

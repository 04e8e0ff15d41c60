//! exercise: 5.5
//! test: complete::the_receiver_was_closed
//! verdict: wrong
//! message: COMPLETE | CLOSED
//! rule: A channel that was closed is never complete: the value goes back.
//! source: tokio #4225, #4226 (RUSTSEC-2021-0124): memory corruption in oneshot
//!
//! Set COMPLETE, and learn from the old word whether the channel had been closed; if so, take the value
//! back. But meanwhile the word says COMPLETE, and the receiver, which may look for a value after a
//! close, takes it as well. Two threads are in one cell, and a value is received twice.

<<<<<<< solution
        // ORDERING: Relaxed: the exchange is the access that counts, and it fails if this is out of
        ⋮
        }
=======
        let before = self.word.fetch_or(COMPLETE, AcqRel);
        if before & CLOSED != 0 {
            return ToComplete::Closed;
        }
        if before & RX_WAKER != 0 {
            return ToComplete::Wake;
        }
        self.word.fetch_or(TX_GONE, AcqRel);
        ToComplete::Gone
>>>>>>> wrong

//! exercise: 5.5
//! test: complete::the_receiver_waits
//! verdict: wrong
//! message: RX_WAKER | COMPLETE | TX_GONE
//! rule: A sender that has to take the waker is not gone before it has done so.
//! source: faern/oneshot #87: the sender took the waker of a channel that had been freed
//!
//! The value is there, so the sender has nothing left to do but wake. For that it must take the
//! waker out of the channel. But a receiver that sees TX_GONE takes the value and frees, and the waker
//! is read from freed memory.

<<<<<<< solution
            let (next, outcome) = match current & RX_WAKER {
                0 => (current | COMPLETE | TX_GONE, ToComplete::Gone),
                _ => (current | COMPLETE, ToComplete::Wake),
            };
=======
            let next = current | COMPLETE | TX_GONE;
>>>>>>> wrong

<<<<<<< solution
                Ok(_) => return outcome,
=======
                Ok(_) if current & RX_WAKER != 0 => return ToComplete::Wake,
                Ok(_) => return ToComplete::Gone,
>>>>>>> wrong

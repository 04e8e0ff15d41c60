//! exercise: 5.9
//! test: oneshot::close_then_send
//! verdict: wrong
//! message: Ok(()), but expected Err(1)
//! rule: A receiver that is closed takes no new value, and still has the one that was sent before.
//!
//! The sender has the value, and there is a place for it: so it goes there. But the receiver has said that it
//! takes nothing more, and may have gone. Whoever sends a request and wants it back if there is no answer
//! has lost it, though `send` said that all was well.

<<<<<<< solution
            Phase::Closed => (value, None),
            _ => {
=======
            _ => {
>>>>>>> wrong

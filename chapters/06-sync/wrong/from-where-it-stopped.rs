//! exercise: 6.11
//! test: broadcast::tokio_3434_a_receiver_that_lags_is_dropped
//! verdict: wrong
//! message: the drop of a receiver panicked
//! rule: A message is dropped when all have received it, or when it is overwritten.
//! source: tokio #3434
//!
//! A receiver that goes has seen nothing from its own position on, so it gives up its count in each
//! slot from there to the tail. One that lags has a position that is not in the ring any more. It
//! then gives up counts that it never had, in the slots of messages that others wait for, and twice
//! where the ring comes round.

<<<<<<< solution
        let unseen = self.next.max(ring.oldest())..ring.tail;
=======
        let unseen = self.next..ring.tail;
>>>>>>> wrong

//! exercise: 7.6
//! test: broadcast::a_message_is_dropped_when_all_have_received_it
//! verdict: wrong
//! message: left leaked
//! rule: A message is dropped when all have received it, or when it is overwritten.
//!
//! A receiver that is gone receives nothing more, and is not counted for what is sent from now on.
//! But it was counted for what is in the ring, and that count is never taken away. So those messages
//! stay until they are overwritten, in a quiet channel for ever, with all that they hold: for example
//! a connection, or a sender of this very channel.

<<<<<<< solution
        let unseen = self.next.max(self.shared.oldest(&ring))..ring.tail;
        drop(ring);
        // What is overwritten from here on does not count us any more.
=======
        drop(ring);
>>>>>>> wrong

<<<<<<< solution
        for position in unseen {
⋮
        }
        // After that, so that a task that is told so finds no message that waits for a receiver.
        if is_last {
=======
        if is_last {
>>>>>>> wrong

//! exercise: 6.11
//! test: broadcast::the_senders_are_gone
//! verdict: wrong
//! message: recv() of one behind: Ready(Err(Closed)), but expected Ready(Ok(1))
//! rule: When all senders are gone, what is left is received first, and then the end.
//!
//! Without a sender there is nothing to wait for, so that is the first thing to ask. But there are
//! messages left in the ring, and those who are behind have a right to them.

<<<<<<< solution
        if *next == self.tail {
            return Err(match self.senders {
                0 => TryRecvError::Closed,
                _ => TryRecvError::Empty,
            });
        }
=======
        if self.senders == 0 {
            return Err(TryRecvError::Closed);
        }
        if *next == self.tail {
            return Err(TryRecvError::Empty);
        }
>>>>>>> wrong

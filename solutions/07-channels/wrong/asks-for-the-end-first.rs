//! exercise: 7.6
//! test: broadcast::the_senders_are_gone
//! verdict: wrong
//! message: recv() of one behind: Ready(Err(Closed)), but expected Ready(Ok(1))
//! rule: When all senders are gone, what is left is received first, and then the end.
//!
//! Without a sender there is nothing to wait for, so that is asked first. But there are messages left
//! in the ring, and the receivers that are behind have a right to them.

<<<<<<< solution
            if self.latest.load(Acquire) == *next << 1 {
                return Err(TryRecvError::Empty);
            }
=======
            let latest = self.latest.load(Acquire);
            if latest & 1 == 1 {
                return Err(TryRecvError::Closed);
            }
            if latest == *next << 1 {
                return Err(TryRecvError::Empty);
            }
>>>>>>> wrong

//! exercise: 7.4
//! test: wait_for_room::the_receiver_waits_for_the_room
//! verdict: wrong
//! message: when the wait was dropped
//! rule: A receiver that waits for the last room to come back is told, however a wait ends.
//!
//! First the wait, and then the guard for it: that reads well. But locals are dropped in the opposite
//! order. When the wait is cancelled, the guard goes first and finds that not all room is back. Then
//! the future goes and gives its room back, and the receiver has been passed over.

<<<<<<< solution
        let unserved = Unserved { chan: self };
        match self.room.semaphore.take(n).await {
=======
        let taking = std::pin::pin!(self.room.semaphore.take(n));
        let unserved = Unserved { chan: self };
        match taking.await {
>>>>>>> wrong

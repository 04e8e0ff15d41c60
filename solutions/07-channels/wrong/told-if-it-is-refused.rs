//! exercise: 7.4
//! test: wait_for_room::the_receiver_waits_for_the_room
//! verdict: wrong
//! message: when the wait was dropped
//! rule: A receiver that waits for the last room to come back is told, however a wait ends.
//!
//! A wait ends with room, or with an error, and the error has an arm in which the receiver can be told.
//! But a future can also end between two polls, when it is dropped. Then no arm of any `match` is run,
//! only drops.

<<<<<<< solution
        // Whether the wait fails or is cancelled: the permits go back first, and then this is dropped.
        let unserved = Unserved { chan: self };
        match self.room.semaphore.take(n).await {
            Ok(()) => {
                mem::forget(unserved);
                Ok(())
            }
            Err(_) => Err(SendError(())),
        }
=======
        match self.room.semaphore.take(n).await {
            Ok(()) => Ok(()),
            Err(_) => {
                self.wake_if_over();
                Err(SendError(()))
            }
        }
>>>>>>> wrong

//! exercise: 7.4
//! test: wait_for_room::the_receiver_waits_for_the_room
//! verdict: wrong
//! message: wakes of the receiver
//! rule: A receiver that waits for the last room to come back is told, however a wait ends.
//! source: tokio #8260
//!
//! The semaphore does all of it: it keeps the order, it refuses, and a wait that is dropped gives back
//! what it had got. But it cannot know that a receiver has closed the channel, and waits for just that
//! permit. To the semaphore the receiver is not a waiter.

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
        self.room
            .semaphore
            .take(n)
            .await
            .map_err(|_| SendError(()))
>>>>>>> wrong

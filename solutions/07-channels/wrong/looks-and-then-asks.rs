//! exercise: 7.6
//! test: loom_broadcast::one_sends_and_goes
//! verdict: wrong
//! message: deadlock
//! rule: A receiver that has received all waits, and the next send wakes it.
//!
//! Only a receiver that finds nothing has to wait, so only then does it ask to be woken. But a message
//! that is sent after the look and before the claim wakes no receiver. It is there, and the receiver
//! waits for the next one. Here it waits for ever, as the sender has gone.

<<<<<<< solution
                let arrived = self.shared.arrived.notified();
=======
>>>>>>> wrong
<<<<<<< solution
                    Err(TryRecvError::Empty) => arrived.await,
=======
                    Err(TryRecvError::Empty) => self.shared.arrived.notified().await,
>>>>>>> wrong

//! exercise: 7.6
//! test: broadcast::tokio_4867_resubscribing_to_a_closed_channel
//! verdict: wrong
//! message: recv(): Pending, but expected Ready(Err(Closed))
//! rule: When all senders are gone, what is left is received first, and then the end.
//! source: tokio #4867
//!
//! The end comes after the last message, so it is given the next position in the ring: each
//! receiver arrives there in its turn. But receivers that come later do not. They begin behind the
//! end, at a message that no sender can send, and wait.

<<<<<<< solution
    weak_senders: usize,
    spare: Spare<T>,
}
=======
    weak_senders: usize,
    spare: Spare<T>,
    /// The position after the last message.
    end: Option<u64>,
}
>>>>>>> wrong
<<<<<<< solution
            spare: Spare::new(),
        };
=======
            spare: Spare::new(),
            end: None,
        };
>>>>>>> wrong
<<<<<<< solution
        if *next == ring.tail {
            return Err(match ring.senders {
                0 => TryRecvError::Closed,
                _ => TryRecvError::Empty,
            });
        }
=======
        if Some(*next) == ring.end {
            return Err(TryRecvError::Closed);
        }
        if *next == ring.tail {
            return Err(TryRecvError::Empty);
        }
>>>>>>> wrong
<<<<<<< solution
            ring.senders -= 1;
            self.shared.announce(&ring);
=======
            ring.senders -= 1;
            if ring.senders == 0 {
                ring.end = Some(ring.tail);
                ring.tail += 1;
            }
            self.shared.announce(&ring);
>>>>>>> wrong

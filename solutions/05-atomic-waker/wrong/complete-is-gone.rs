//! exercise: 5.6
//! test: leave::a_sender_that_wakes_is_not_gone_yet
//! verdict: wrong
//! message: the receiver is the last one: true
//! rule: Of the two ends, the last one to go is told to free, and no other.
//! source: faern/oneshot #87: the sender took the waker of a channel that had been freed
//!
//! A sender that has sent is done with the channel, so COMPLETE is as good as TX_GONE, and a close
//! as good as RX_GONE. But a sender that wakes completes first, so that the task it wakes finds the
//! value, and takes the waker after that. By then the receiver has freed the channel.

<<<<<<< solution
            End::Sender => (TX_GONE, RX_GONE),
            End::Receiver => (RX_GONE, TX_GONE),
=======
            End::Sender => (TX_GONE, RX_GONE | CLOSED),
            End::Receiver => (RX_GONE, TX_GONE | COMPLETE),
>>>>>>> wrong

<<<<<<< solution
        debug_assert_eq!(before & ours, 0, "The Last One Frees: gone twice");
=======
>>>>>>> wrong

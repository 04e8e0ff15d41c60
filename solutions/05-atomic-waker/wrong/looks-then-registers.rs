//! exercise: 5.8
//! test: closed::a_close_between_the_look_and_the_registration
//! verdict: wrong
//! message: nobody wakes the task
//! rule: Register, then look: a close in between finds no waker.
//! source: futures-rs #2706, #2899: a wake between the poll and the storing of the waker was dropped
//!
//! The channel is open, so we register, and wait. But it was open when we looked. Between the look and
//! the registration the receiver is closed, finds no waker, and does not wake us.

<<<<<<< solution
        // Again: a close in between may have found no waker.
        if self.is_closed() {
            return Poll::Ready(());
        }
=======
>>>>>>> wrong

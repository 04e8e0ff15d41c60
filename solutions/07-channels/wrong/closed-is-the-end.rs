//! exercise: 7.2
//! test: close::a_closed_channel_waits_for_those_who_have_room
//! verdict: wrong
//! message: there are permits out
//! rule: As long as a sender may send, the receiver waits.
//!
//! Nothing is there, and the channel is closed, so nothing will come. That is true of an unbounded
//! channel. But in a bounded one a sender may have a permit, with which sending cannot fail, and the
//! receiver would have gone home.

<<<<<<< solution
                Next::End => return Poll::Ready(None),
=======
                Next::End => return Poll::Ready(None),
                Next::Nothing if self.chan.is_closed() => return Poll::Ready(None),
>>>>>>> wrong

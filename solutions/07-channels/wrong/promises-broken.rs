//! exercise: 7.7
//! test: close::a_permit_is_a_promise
//! verdict: wrong
//! message: the end was said, and two may still send
//! rule: A permit that was given out before the close still sends.
//!
//! A closed channel takes nothing, so the close ends it. For a channel without a limit that is right. In a
//! bounded one there may be senders that have room already: they were promised that their value is taken. The
//! end comes when the last of them has sent, or has given its room back.

<<<<<<< solution
        if !R::IS_RESERVED {
            self.chan.lock().has_ended = true;
        }
=======
        self.chan.lock().has_ended = true;
>>>>>>> wrong

//! exercise: 7.3
//! test: close::all_who_wait_are_told
//! verdict: wrong
//! message: wakes
//! rule: A close tells all who wait for it, in a channel of either kind.
//!
//! Two kinds of channel, and two arms: the bounded one refuses room, and the unbounded one closes its
//! queue. No sender waits for room in an unbounded channel, so there seems to be no sender to tell. But
//! `Sender::closed` waits for no room. A sender that has nothing to send yet wants to know when it need
//! not make anything, and here it waits for ever.

<<<<<<< solution
        if !R::IS_RESERVED {
            self.head.close(&self.chan.queue);
        }
        self.chan.refuse();
=======
        if R::IS_RESERVED {
            self.chan.refuse();
        } else {
            self.head.close(&self.chan.queue);
        }
>>>>>>> wrong

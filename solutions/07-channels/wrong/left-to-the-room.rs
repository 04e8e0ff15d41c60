//! exercise: 7.3
//! test: close::nothing_new_is_sent
//! verdict: wrong
//! message: After the close nothing new is sent, and each value comes back.
//! rule: After the close nothing new is sent, and each value comes back.
//!
//! All that differs between a bounded channel and an unbounded one is its `Room`, and each room has a
//! `close`. So the close of the room looks like all that is needed. But an unbounded channel has no room
//! that could be refused, and the `close` of its room does nothing: its senders claim slots as before.

<<<<<<< solution
        if !R::IS_RESERVED {
            self.head.close(&self.chan.queue);
        }
        self.chan.refuse();
=======
        self.chan.refuse();
>>>>>>> wrong

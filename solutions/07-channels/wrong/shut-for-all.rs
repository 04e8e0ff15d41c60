//! exercise: 7.3
//! test: close::a_permit_is_a_promise
//! verdict: wrong
//! message: A permit that was given out before the close still sends.
//! rule: A permit that was given out before the close still sends.
//!
//! A channel that is closed takes nothing any more, so the queue is closed, whatever the kind of the
//! channel. But a sender may have waited for a permit, with the promise that a send with it does not
//! fail, and now it finds no slot for its value. A permit is there so that a value need not be made
//! before it is sure to arrive.

<<<<<<< solution
        if !R::IS_RESERVED {
            self.head.close(&self.chan.queue);
        }
=======
        self.head.close(&self.chan.queue);
>>>>>>> wrong

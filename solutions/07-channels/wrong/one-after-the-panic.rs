//! exercise: 7.4
//! test: close::a_waker_that_panics
//! verdict: wrong
//! message: wakes of those who waited for room, and for the close
//! rule: A waker that panics keeps no other from being told, and then it goes on.
//!
//! Two lists, one after the other. The first wakes all of its own, also if one of them panics, and
//! passes the panic on when it is done: past the line that would wake the second list. A close is
//! told once, so those in it wait for ever.

<<<<<<< solution
        // Both call wakers. Those who wait for this are told, though one who waits for room panics.
        let told = isolate(|| self.chan.room.close());
        self.chan.on_close.notify_waiters();
        if let Err(payload) = told {
            resume_unwind(payload);
        }
=======
        self.chan.room.close();
        self.chan.on_close.notify_waiters();
>>>>>>> wrong

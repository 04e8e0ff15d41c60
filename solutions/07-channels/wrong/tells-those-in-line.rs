//! exercise: 7.4
//! test: close::all_who_wait_are_told
//! verdict: wrong
//! message: wakes
//! rule: A close tells all who wait: for room, and for the close itself.
//!
//! The senders that wait stand in the line of the semaphore, and its close wakes them all. But
//! `Sender::closed` waits for no room: it is for a sender that has nothing to send yet, and wants to
//! know when it need not make anything. It waits in another list.

<<<<<<< solution
        // Both call wakers. Those who wait for this are told, though one who waits for room panics.
        let told = isolate(|| self.chan.room.close());
        self.chan.on_close.notify_waiters();
        if let Err(payload) = told {
            resume_unwind(payload);
        }
=======
        self.chan.room.close();
>>>>>>> wrong

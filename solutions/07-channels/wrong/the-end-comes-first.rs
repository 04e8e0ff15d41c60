//! exercise: 7.5
//! test: watch::the_senders_are_gone
//! verdict: wrong
//! message: changed(), with a value unseen: Ready(false), but expected Ready(true)
//! rule: When all senders are gone, the last value can still be seen; then comes the error.
//!
//! If all senders are gone there is nothing to wait for, so that is asked first. But the last of
//! them may have sent something before it went, and often it is what counts most: the last state of
//! all. A slow receiver never sees it.

<<<<<<< solution
            if snapshot.version() != *seen {
                *seen = snapshot.version();
                return Ok(());
            }
            if snapshot.is_closed() {
                return Err(RecvError(()));
            }
=======
            if snapshot.is_closed() {
                return Err(RecvError(()));
            }
            if snapshot.version() != *seen {
                *seen = snapshot.version();
                return Ok(());
            }
>>>>>>> wrong

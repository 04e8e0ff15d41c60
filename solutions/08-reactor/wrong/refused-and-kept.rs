//! exercise: 8.7
//! test: register::tokio_6329_a_source_that_is_refused
//! verdict: wrong
//! message: listed
//! rule: A source that the system refuses leaves nothing behind.
//! source: tokio #6329
//!
//! The question mark returns the error, and all that is local is dropped. The list's own reference is not
//! local. Each file that a program tries to watch, and cannot, stays in the list until the driver goes.

<<<<<<< solution
        if let Err(error) = poller.register(source, token, interest) {
            self.shared.sources.remove_refused(&io);
            return Err(error);
        }
=======
        poller.register(source, token, interest)?;
>>>>>>> wrong

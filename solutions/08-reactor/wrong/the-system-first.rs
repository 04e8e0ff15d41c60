//! exercise: 8.7
//! test: register::after_the_shutdown
//! verdict: wrong
//! message: the system watches it
//! rule: After a shutdown a source is refused, and the system is not asked to watch it.
//!
//! The list is only for sources that the system accepts, so the system is asked first. Then nothing has to be
//! undone if it refuses. But now the list may refuse, after a shutdown, and the system watches a token whose
//! memory is freed. And even without a shutdown: an event may come before the source is listed, so no
//! reference keeps it alive for the driver.

<<<<<<< solution
        self.shared.sources.insert(&io)?;
        let token = Arc::as_ptr(&io).expose_provenance();
        // From here on there may be events.
        if let Err(error) = poller.register(source, token, interest) {
            self.shared.sources.remove_refused(&io);
            return Err(error);
        }
=======
        let token = Arc::as_ptr(&io).expose_provenance();
        poller.register(source, token, interest)?;
        self.shared.sources.insert(&io)?;
>>>>>>> wrong

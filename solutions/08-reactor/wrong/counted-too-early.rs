//! exercise: 8.7
//! test: register::tokio_6329_a_source_that_is_refused
//! verdict: wrong
//! message: sources
//! rule: A source that the system refuses leaves nothing behind.
//!
//! The count goes with the list, so both are done together, before the system is asked. If it refuses, the
//! list is put right and the count is not. From then on the driver believes that it has a source, and each of
//! its sleeps is a call of epoll.

<<<<<<< solution
        let token = Arc::as_ptr(&io).expose_provenance();
=======
        if self.shared.sleep.add_source() == Asleep::Below {
            self.shared.below.unpark();
        }
        let token = Arc::as_ptr(&io).expose_provenance();
>>>>>>> wrong

<<<<<<< solution
            return Err(error);
        }
        if self.shared.sleep.add_source() == Asleep::Below {
            self.shared.below.unpark();
        }
=======
            return Err(error);
        }
>>>>>>> wrong

//! exercise: 8.15
//! test: register::tokio_6329_a_source_that_is_refused
//! verdict: wrong
//! message: listed
//! rule: A source that the system refuses leaves nothing behind.
//! source: tokio #6329
//!
//! What an event needs must be there before the system can report one, so the source is written down first. With a lock
//! that is held until the end this is not needed, and it is not enough: the question mark returns, and what was written stays.

<<<<<<< solution
        poller.register(source, token, interest)?;
        state.sources.insert(token, Arc::clone(&io));
        state.tokens.insert(address(&io), token);
=======
        state.sources.insert(token, Arc::clone(&io));
        state.tokens.insert(address(&io), token);
        poller.register(source, token, interest)?;
>>>>>>> wrong

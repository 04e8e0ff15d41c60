//! exercise: 8.12
//! test: chat_server::one_has_said_all
//! verdict: wrong
//! message: bob hears the end of the connection
//! rule: A client that has closed its half of the connection still hears the others.
//!
//! The end of what a client says is taken for the end of the client. But it has closed one direction only, as
//! `echo hello | nc` does, and listens.

<<<<<<< solution
    match spoken {
        // It has said all, and may still listen. If it does not, a write will fail.
        Ok(()) => drop(hears.await),
        Err(_) => hears.abort(),
    }
    spoken
=======
    hears.abort();
    spoken
>>>>>>> wrong

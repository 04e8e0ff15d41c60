//! exercise: 8.12
//! test: chat_server::one_is_reset
//! verdict: wrong
//! message: ann hears nothing more
//! rule: A client that is reset, or sends what is no text, ends, and the others go on.
//!
//! `?` is the short way out of a task that has met an error. It passes by all that is still to do: the others never hear
//! that this client is gone.

<<<<<<< solution
    let spoken = speak(&mut lines, number, &name, room).await;
=======
    let spoken = Ok(speak(&mut lines, number, &name, room).await?);
>>>>>>> wrong

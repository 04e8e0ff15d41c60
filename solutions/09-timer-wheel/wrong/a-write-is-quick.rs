//! exercise: 9.12
//! test: chat_timeouts::one_does_not_read
//! verdict: wrong
//! message: is still there
//! rule: A client that does not take a line within the limit is dropped, and holds up no other.
//!
//! Reads wait for a client, and writes do not: that is so until the client's connection is full. Then the write waits for it,
//! and its task, its socket and its place stay for as long as the client likes.

<<<<<<< solution
        timeout(limit, writer.write_all(text.as_bytes())).await??;
=======
        writer.write_all(text.as_bytes()).await?;
>>>>>>> wrong

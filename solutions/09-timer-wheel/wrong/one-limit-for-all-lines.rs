//! exercise: 9.12
//! test: chat_timeouts::one_talks
//! verdict: wrong
//! message: bob hears `* ann goes (quiet)`
//! rule: The limit is for each line: a client that says one in time stays.
//!
//! The timeout is around all that the client says. So it is a limit for its stay, and a client that talks is dropped as one
//! that does not.

<<<<<<< solution
    let mut speaks = pin!(speak(&mut lines, number, &name, room, limit));
=======
    let speaks = speak(&mut lines, number, &name, room, Duration::MAX);
    let mut speaks = pin!(async { timeout(limit, speaks).await? });
>>>>>>> wrong

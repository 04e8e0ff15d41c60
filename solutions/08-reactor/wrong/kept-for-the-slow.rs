//! exercise: 8.12
//! test: chat_server::one_does_not_read
//! verdict: wrong
//! message: was told that 0 are lost
//! rule: A client that does not read holds up no other, and takes little memory: it loses lines, and is told how many.
//!
//! A client may be slow for a while, and no line of a chat should be lost. So everything is kept until it reads. A client
//! that was stopped with Ctrl-Z does not read for a day, and the server has all of that day in memory.

<<<<<<< solution
const KEPT: usize = 2 * PLACES;
=======
const KEPT: usize = 100_000;
>>>>>>> wrong

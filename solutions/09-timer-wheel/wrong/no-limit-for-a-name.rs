//! exercise: 9.12
//! test: chat_timeouts::one_does_not_say_its_name
//! verdict: wrong
//! message: silent hears nothing more
//! rule: A client that does not say its name within the limit is dropped.
//!
//! The limits begin when the client is in the room. One that never gets there has none: it keeps a descriptor and a place,
//! and some hundreds of its kind keep out all others.

<<<<<<< solution
    let Ok(name) = timeout(limit, lines.next_line()).await else {
=======
    let Ok(name) = timeout(Duration::MAX, lines.next_line()).await else {
>>>>>>> wrong

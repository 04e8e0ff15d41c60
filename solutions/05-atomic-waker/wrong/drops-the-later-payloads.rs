//! exercise: 5.4
//! test: wake_all::a_payload_that_panics_when_dropped
//! verdict: wrong
//! message: "the drop of a payload", but expected "the first"
//! rule: The first panic goes on, when all have been woken; no other panic does.
//!
//! `get_or_insert` keeps the first payload, and every later one is dropped, in the middle of the
//! loop. A payload is a foreign value, with a drop that may panic. That panic unwinds past the wakers
//! that are left, and past the first payload. If the drop of that one panics too, it ends the
//! process.

<<<<<<< solution
                match first {
                    None => first = Some(payload),
                    Some(_) => discard(payload),
                }
=======
                first.get_or_insert(payload);
>>>>>>> wrong

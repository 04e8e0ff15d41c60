//! exercise: 5.4
//! test: wake_all::the_first_of_three_panics_goes_on
//! verdict: wrong
//! message: "the third", but expected "the first"
//! rule: The first panic goes on, when all have been woken; no other panic does.
//!
//! Each panic is kept, and takes the place of the one before. The payload that it replaces is dropped,
//! and that is foreign code too. And a reader who looks for the cause is shown the last of its
//! consequences.

<<<<<<< solution
        let mut first: Option<Payload> = None;
=======
        let mut last: Option<Payload> = None;
>>>>>>> wrong

<<<<<<< solution
                match first {
                    None => first = Some(payload),
                    Some(_) => discard(payload),
                }
=======
                last = Some(payload);
>>>>>>> wrong

<<<<<<< solution
        if let Some(payload) = first {
=======
        if let Some(payload) = last {
>>>>>>> wrong

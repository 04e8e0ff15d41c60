//! exercise: 5.4
//! test: wake_all::the_others_are_woken_though_one_panics
//! verdict: wrong
//! message: the panic was swallowed
//! rule: The first panic goes on, when all have been woken; no other panic does.
//!
//! All are woken, and the panics end here, as in chapter 4 with the wakes that were deferred. But there
//! was no caller there. Here there is: it called a function, and must not be told that all went well.

<<<<<<< solution
        let mut first: Option<Payload> = None;
=======
>>>>>>> wrong

<<<<<<< solution
                match first {
                    None => first = Some(payload),
                    Some(_) => discard(payload),
                }
=======
                discard(payload);
>>>>>>> wrong

<<<<<<< solution
        if let Some(payload) = first {
            resume_unwind(payload);
        }
=======
>>>>>>> wrong

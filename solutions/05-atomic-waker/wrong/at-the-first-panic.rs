//! exercise: 5.4
//! test: wake_all::the_first_of_three_panics_goes_on
//! verdict: wrong
//! message: wakes of number 2: 0
//! rule: A waker that panics keeps none of the others from being woken.
//!
//! After a panic the others are woken on the way out: a second loop for the rest, and then the
//! panic goes on. But if one of the rest panics as well, the second loop ends there, and the remaining
//! wakers are not woken.

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
                let rest = isolate(|| {
                    while let Some(waker) = self.pop() {
                        waker.wake();
                    }
                });
                discard(rest);
                resume_unwind(payload);
>>>>>>> wrong

<<<<<<< solution
        if let Some(payload) = first {
            resume_unwind(payload);
        }
=======
>>>>>>> wrong

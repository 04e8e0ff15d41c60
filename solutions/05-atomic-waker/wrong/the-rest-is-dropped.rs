//! exercise: 5.4
//! test: wake_all::the_others_are_woken_though_one_panics
//! verdict: wrong
//! message: wakes of number 3: 0
//! rule: A waker that panics keeps none of the others from being woken.
//! source: tokio's `WakeList` does so to this day: see the guard in `util/wake_list.rs`
//!
//! One after the other, and nothing is leaked: if one panics, the list drops what is left in it.
//! But those tasks are not woken. They were taken out of the list of waiters to be woken, so no other
//! code will do it, and they wait for ever.

<<<<<<< solution
        let mut first: Option<Payload> = None;
        ⋮
            resume_unwind(payload);
        }
=======
        while let Some(waker) = self.pop() {
            waker.wake();
        }
>>>>>>> wrong

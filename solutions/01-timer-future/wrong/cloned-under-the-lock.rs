//! exercise: 1.1
//! test: timer::a_waker_is_cloned_with_no_lock_held
//! verdict: hangs
//! message: is stuck inside clone()
//! rule: A waker is foreign code: it is cloned, woken and dropped with no lock held.
//! source: tokio #4129
//!
//! Most people write this, and with most wakers it does no harm. But `clone` is a function of the
//! executor that made the waker. Suppose it waits for a thread that needs this lock, for example the
//! timer's thread. Then both wait for ever.

<<<<<<< solution
        // Cloned before the state is locked (No Foreign Code Under Lock).
        let waker = cx.waker().clone();
=======
>>>>>>> wrong

<<<<<<< solution
        }
=======
        }
        let waker = cx.waker().clone();
>>>>>>> wrong

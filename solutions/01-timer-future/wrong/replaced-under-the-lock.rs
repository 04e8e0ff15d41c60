//! exercise: 1.8
//! test: timer::a_waker_is_dropped_with_no_lock_held
//! verdict: hangs
//! message: is stuck inside the drop
//! rule: A waker is foreign code: it is called with no lock held.
//!
//! An assignment is one line, and does two things: it drops what was there, and then it moves the new value in. The
//! drop of a waker is foreign code. It may free a task, and that task may wait for another thread, for example for
//! the one that needs this very lock.

<<<<<<< solution
        std::mem::replace(&mut *place, waker)
=======
        match waker {
            Some(waker) => {
                *place = Some(waker);
                None
            }
            None => place.take(),
        }
>>>>>>> wrong

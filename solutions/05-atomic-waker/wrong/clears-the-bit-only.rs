//! exercise: 5.3
//! test: both_at_once::the_waker_is_woken_at_the_end_of_the_registration
//! verdict: wrong
//! message: wakes of B: 0
//! rule: A wake that comes during a registration wakes the waker that is being registered.
//!
//! The waker is in its place, and the word is put right: WAKING is cleared, and the next wake will
//! find the waker. But there need not be a next wake. The wake that set WAKING returned at once, because
//! the registration was to do its work.

<<<<<<< solution
        // SAFETY: the window is still ours: a wake that finds REGISTERING leaves the slot alone.
        let waker = unsafe { self.replace(None) };
=======
>>>>>>> wrong

<<<<<<< solution
        if let Some(waker) = waker {
            waker.wake();
        }
=======
>>>>>>> wrong

//! exercise: 5.2
//! test: take_waker::a_wake_during_a_registration_leaves_word
//! verdict: wrong
//! message: the word does not say that there was a wake
//! rule: A wake that finds the slot in use leaves it alone, and leaves word of itself.
//! source: futures-rs #2706, #2899: a wake between the poll and the storing of the waker was dropped
//!
//! If the word is WAITING we open the window, and if it is not, another thread is there already. But a
//! registration that is there does not know of us. Perhaps it will still look and see our news, and
//! perhaps it will not. A wake that changes nothing has not happened.

<<<<<<< solution
        // ORDERING: Acquire, for the waker in the slot (Release at the end of `register`). Release,
        ⋮
        }
=======
        if self
            .state
            .compare_exchange(WAITING, WAKING, AcqRel, Acquire)
            .is_err()
        {
            return None;
        }
        // SAFETY: the window is ours until WAKING is cleared (One Window).
        let waker = unsafe { self.replace(None) };
        self.state.fetch_and(!WAKING, Release);
        waker
>>>>>>> wrong

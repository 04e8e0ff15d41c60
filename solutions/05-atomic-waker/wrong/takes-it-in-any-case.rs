//! exercise: 5.2
//! test: take_waker::a_wake_during_a_wake_leaves_it_alone
//! verdict: wrong
//! message: took the waker out of the slot, which belongs to the first
//! rule: A wake that finds the slot in use leaves it alone, and leaves word of itself.
//! source: futures-rs #868: the slot was used outside of the window
//!
//! WAKING is set now, so the slot is ours. But it was set before as well, by a wake that is taking the
//! waker at this moment. Setting a bit says nothing; what the word was before says everything.

<<<<<<< solution
        // ORDERING: Acquire, for the waker in the slot (Release at the end of `register`). Release,
        ⋮
        }
=======
        self.state.fetch_or(WAKING, AcqRel);
        // SAFETY: the window is ours until WAKING is cleared (One Window).
        let waker = unsafe { self.replace(None) };
        self.state.fetch_and(!WAKING, Release);
        waker
>>>>>>> wrong

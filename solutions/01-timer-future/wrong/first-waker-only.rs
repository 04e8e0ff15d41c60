//! exercise: 1.1
//! test: poll_contract::the_waker_of_the_latest_poll_is_kept
//! verdict: wrong
//! message: it did not keep B's waker
//! rule: A future that returns Pending keeps the waker of its latest poll.
//! source: futures-intrusive #18, #19
//!
//! The waker is already there, so why clone it again? Because a future may move. For example, task A
//! polls it, then sends it to task B, which polls it there. The future wakes A, which no longer has
//! anything to do with it, and B sleeps for ever.

<<<<<<< solution
        // Cloned before the state is locked (No Foreign Code Under Lock).
        let waker = cx.waker().clone();
=======
>>>>>>> wrong

<<<<<<< solution
        let replaced = state.waker.replace(waker);
        drop(state);

        // Dropped after the state is unlocked, for the same reason.
        drop(replaced);
=======
        if state.waker.is_none() {
            state.waker = Some(cx.waker().clone());
        }
>>>>>>> wrong

//! exercise: 5.2
//! test: loom_take_waker::the_waker_is_handed_over
//! verdict: wrong
//! message: loom found an interleaving
//! rule: The thread that takes the waker sees it as the registration has left it.
//!
//! A wake publishes: it says that there is news, and that is a Release. But it also takes what another
//! thread has put into the slot. Without Acquire the slot may be read as it was before.

<<<<<<< solution
        // ORDERING: Acquire, for the waker in the slot (Release at the end of `register`). Release,
        // in all three cases: what the caller did before is for the look that follows a `register`.
        match self.state.fetch_or(WAKING, AcqRel) {
=======
        match self.state.fetch_or(WAKING, Release) {
>>>>>>> wrong

//! exercise: 5.2
//! test: loom_take_waker::the_waker_is_handed_over
//! verdict: wrong
//! message: loom found an interleaving
//! rule: Whoever takes the waker sees it as whoever registered has left it.
//!
//! A wake publishes: it says that there is news, and that is a Release. It also takes what somebody
//! else has put into the slot. Without Acquire the slot may be read as it was before.

match self.state.fetch_or(WAKING, Release) {
    WAITING => {
        // SAFETY: the window is ours until WAKING is cleared (One Window).
        let waker = unsafe { self.replace(None) };
        self.state.fetch_and(!WAKING, Release);
        waker
    }
    _ => None,
}

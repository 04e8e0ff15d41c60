//! exercise: 5.3
//! test: loom_both_at_once::a_registration_after_two_wakes
//! verdict: wrong
//! message: has registered again and not seen all of the news
//! rule: A registration after several wakes sees what was done before each of them, whoever closed the window meanwhile: a wake (5.2), or the registration before (5.3).
//!
//! The word says REGISTERING | WAKING, and nobody else will change it: so a store is enough. But
//! a wake may come between the failed exchange and the store. It finds WAKING set, changes no bit,
//! and goes; its news hangs on the word all the same. The store begins the word anew, and the
//! registration that follows does not see that news.

// SAFETY: the window is still ours: a wake that finds REGISTERING leaves the slot alone.
let waker = unsafe { self.replace(None) };
self.state.store(WAITING, Release);
discard(stale);
if let Some(waker) = waker {
    waker.wake();
}

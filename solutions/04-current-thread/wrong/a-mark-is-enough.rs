//! exercise: 4.7
//! test: loom_root::a_wake_beside_a_poll
//! verdict: wrong
//! message: deadlock
//! rule: The poll that answers a wake sees what was done before it, and so for each of the wakes.
//!
//! The bit says all there is to say, and no thread reads another word because of it. But the future does: it looks at
//! what the waking thread has done. Without Release its poll may see the bit, and not see the reason. Then it waits
//! again, and the wake is used up.

<<<<<<< solution
        let before = self.state.fetch_or(WOKEN, Release);
=======
        let before = self.state.fetch_or(WOKEN, std::sync::atomic::Ordering::Relaxed);
>>>>>>> wrong

//! exercise: 4.7
//! test: loom_root::two_wakes_before_one_poll
//! verdict: wrong
//! message: deadlock
//! rule: The poll that answers a wake sees what was done before it, and so for each of the wakes.
//!
//! The root is due already, so there is nothing to write, and a load is cheaper than an exchange. But the poll that
//! comes answers this wake, too, and takes over what was done before it only from a thread that wrote the word. It
//! sees the news of the first thread, perhaps not ours, and waits for us.

<<<<<<< solution
        let before = self.state.fetch_or(WOKEN, Release);
=======
        if self.is_woken() {
            return;
        }
        let before = self.state.fetch_or(WOKEN, Release);
>>>>>>> wrong

//! exercise: 2.3
//! test: loom_notify::the_poll_after_a_wake_sees_what_was_done_before_it
//! verdict: wrong
//! message: loom found an interleaving that fails
//! rule: The poll that answers a wake sees everything that was done before the wake, also if the task was notified already.
//!
//! The state is one word, and a read-modify-write always sees its latest value, Relaxed or
//! not. So the states are right: nothing is queued twice, no bit is lost. Everything else is lost,
//! namely the data that the wake was about, which lies in other words.

<<<<<<< solution
        // ORDERING: Release, so that the poll which answers this wake (Acquire in
        // `transition_to_running`) sees what was done before the wake. That holds also if the
        // task is notified already and this changes no bit: a load instead would tell the poll
        // nothing. Acquire, pairs with the Release in `transition_to_idle`: if we get the ticket,
        // we see the cell as the last poll left it.
        let before = Snapshot(self.word.fetch_or(NOTIFIED, AcqRel));
=======
        use std::sync::atomic::Ordering::Relaxed;

        // ORDERING: Relaxed, a read-modify-write sees the latest value in any case.
        let before = Snapshot(self.word.fetch_or(NOTIFIED, Relaxed));
>>>>>>> wrong

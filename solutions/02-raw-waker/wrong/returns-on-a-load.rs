//! exercise: 2.3
//! test: loom_notify::the_poll_after_a_wake_sees_what_was_done_before_it
//! verdict: wrong
//! message: loom found an interleaving that fails
//! rule: The poll that answers a wake sees everything that was done before the wake, also if the task was notified already.
//! source: tokio #7589, #7622, #7632
//!
//! A task that is notified already need not be notified, so why pay for a write to a word that all
//! the wakers share? Because the write is the message. A load tells the poll nothing: it may run
//! and not see what this wake was about, although the wake left it to that poll. Tokio shipped
//! this, found it under Miri and on Arm, and now writes the same value back (#7622).

<<<<<<< solution
        // ORDERING: Release, so that the poll which answers this wake (Acquire in
        // `transition_to_running`) sees what was done before the wake. That holds also if the
        // task is notified already and this changes no bit: a load instead would tell the poll
        // nothing. Acquire, pairs with the Release in `transition_to_idle`: if we get the ticket,
        // we see the cell as the last poll left it.
        let before = Snapshot(self.word.fetch_or(NOTIFIED, AcqRel));
=======
        // A word that many threads write is expensive: leave it alone if there is nothing to change.
        if Snapshot(self.word.load(Acquire)).is_notified() {
            return ToNotified::DoNothing;
        }
        let before = Snapshot(self.word.fetch_or(NOTIFIED, AcqRel));
>>>>>>> wrong

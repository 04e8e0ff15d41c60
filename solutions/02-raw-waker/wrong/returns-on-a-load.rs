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

// A word that many threads write is expensive: leave it alone if there is nothing to change.
if Snapshot(self.word.load(Acquire)).is_notified() {
    return ToNotified::DoNothing;
}
let before = Snapshot(self.word.fetch_or(NOTIFIED, AcqRel));
if before.is_idle() {
    ToNotified::Submit
} else {
    ToNotified::DoNothing
}

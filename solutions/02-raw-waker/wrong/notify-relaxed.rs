//! exercise: 2.3
//! test: loom_notify::the_poll_after_a_wake_sees_what_was_done_before_it
//! verdict: wrong
//! message: loom found an interleaving that fails
//! rule: The poll that answers a wake sees everything that was done before the wake, also if the task was notified already.
//!
//! The state is one word, and a read-modify-write always sees the latest value of it, Relaxed or
//! not. So the states are right: nothing is queued twice, no bit is lost. What is lost is
//! everything else, the data that the wake was about, which lies in other words.

use std::sync::atomic::Ordering::Relaxed;

// ORDERING: Relaxed, a read-modify-write sees the latest value in any case.
let before = Snapshot(self.word.fetch_or(NOTIFIED, Relaxed));
if before.is_idle() {
    ToNotified::Submit
} else {
    ToNotified::DoNothing
}

//! exercise: 2.3
//! test: notify::a_wake_after_completion_gives_no_ticket
//! verdict: wrong
//! message: the first late wake: Submit, but expected DoNothing
//! rule: A wake after completion does nothing.
//! source: tokio-rs/website #740 (mini-tokio polled a finished future)
//!
//! Two states mean that the ticket exists. They are ruled out, and what is left must be idle. But there
//! is one more: complete. For example, a timer that fires late, or a second wake that came a moment
//! after the first, would queue a task whose future is gone.

<<<<<<< solution
        if before.is_idle() {
            ToNotified::Submit
        } else {
            ToNotified::DoNothing
=======
        if before.is_notified() || before.is_running() {
            ToNotified::DoNothing
        } else {
            ToNotified::Submit
>>>>>>> wrong

//! exercise: 3.1
//! test: idle::a_poll_that_nobody_woke_uses_its_ticket_up
//! verdict: wrong
//! message: references
//! rule: A poll that nobody woke meanwhile uses its ticket up.
//!
//! The task waits again, and somebody will wake it, so it must stay alive: keep its reference. But
//! those who can wake it have references of their own. This one is nobody's, and each poll adds one:
//! the cell is never freed.

self.update(|current| {
    debug_assert!(current.is_running(), "Running Owns Stage: {current:?}");
    if current.is_cancelled() {
        return (ToIdle::Cancelled, None);
    }
    let next = current.without(RUNNING);
    match next.is_notified() {
        true => (ToIdle::OkNotified, Some(next)),
        false => (ToIdle::Ok, Some(next)),
    }
})

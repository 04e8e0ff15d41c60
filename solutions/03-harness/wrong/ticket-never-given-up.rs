//! exercise: 3.1
//! test: idle::a_poll_that_nobody_woke_uses_its_ticket_up
//! verdict: wrong
//! message: references
//! rule: A poll without a wake in it uses its ticket up.
//!
//! The task waits again, and a waker will wake it, so it must stay alive: keep its reference. But
//! each waker has a reference of its own. This one belongs to no handle, and each poll adds
//! another: the cell is never freed.

<<<<<<< solution
            if next.is_notified() {
                return (ToIdle::OkNotified, Some(next));
            }
            let next = next.without_refs(1);
            match next.ref_count() {
                0 => (ToIdle::OkDealloc, Some(next)),
                _ => (ToIdle::Ok, Some(next)),
=======
            match next.is_notified() {
                true => (ToIdle::OkNotified, Some(next)),
                false => (ToIdle::Ok, Some(next)),
>>>>>>> wrong

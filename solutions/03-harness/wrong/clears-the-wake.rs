//! exercise: 3.1
//! test: idle::a_poll_that_was_woken_keeps_its_ticket
//! verdict: wrong
//! message: A poll that was woken meanwhile keeps its ticket.
//! rule: A poll that was woken meanwhile keeps its ticket.
//! source: beul PR #1: a wake that came during the poll itself was lost
//!
//! The poll is over, so the task is idle: clear everything that says otherwise. That also clears a
//! wake that came during the poll. The waking thread found a task that was running, and relied on
//! the end of that poll.

<<<<<<< solution
            let next = current.without(RUNNING);
            if next.is_notified() {
                return (ToIdle::OkNotified, Some(next));
            }
            let next = next.without_refs(1);
=======
            let next = current.without(RUNNING | NOTIFIED).without_refs(1);
>>>>>>> wrong

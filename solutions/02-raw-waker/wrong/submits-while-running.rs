//! exercise: 2.3
//! test: notify::a_wake_during_a_poll_gives_no_ticket
//! verdict: wrong
//! message: the first wake during the poll: Submit, but expected DoNothing
//! rule: A task that is being polled is queued again by its poller, when the poll has ended.
//!
//! The task is not notified yet, so it is not in the queue, so we put it there. But it is being polled
//! at this moment, and its poller has the ticket. From the queue a second thread can take it and poll
//! it too.

<<<<<<< solution
        if before.is_idle() {
            ToNotified::Submit
        } else {
            ToNotified::DoNothing
=======
        if before.is_notified() {
            ToNotified::DoNothing
        } else {
            ToNotified::Submit
>>>>>>> wrong

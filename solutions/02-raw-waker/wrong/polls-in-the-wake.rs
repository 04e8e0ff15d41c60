//! exercise: 2.4
//! test: wake_by_ref::a_wake_does_not_poll
//! verdict: wrong
//! message: polls during the wake: 1, but expected 0
//! rule: A wake queues the task; only the executor polls it.
//! source: tokio #1972 (a wake that dropped the task's future inline, under the caller's lock)
//!
//! We have the ticket, and the ticket is the right to poll, so why go through the queue? Because the
//! caller of a wake is in the middle of something, on a thread of its own and perhaps with a lock held,
//! and the future that is polled here wants that lock.

<<<<<<< solution
            let reference = Task::clone(&task);
            // SAFETY: the transition has just given us the ticket.
            let notified = unsafe { Notified::new(reference) };
            notified.schedule();
=======
            // SAFETY: the transition has just given us the ticket.
            let notified = unsafe { Notified::new(Task::clone(&task)) };
            let _ = notified.run();
>>>>>>> wrong

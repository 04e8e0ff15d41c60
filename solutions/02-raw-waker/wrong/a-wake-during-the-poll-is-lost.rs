//! exercise: 2.7
//! test: poll_a_task::woken_while_polled_is_queued_again
//! verdict: wrong
//! message: the task was woken during its poll, and is not in the queue after it
//! rule: A task that is woken while it is being polled is polled again.
//! source: beul #1
//!
//! The future has returned Pending, so the task waits, and a later wake will queue it. But perhaps
//! the wake has come already, during the poll. That wake found the task running and left it to us.
//! `#[must_use]` warned, and `let _ =` silenced it. The future is never polled again, and nothing
//! in the program is wrong except that it has stopped.

<<<<<<< solution
                match task.state().transition_to_idle() {
                    // There is no ticket any more. The task lives on in its wakers, or ends here.
                    ToIdle::Idle => drop(task),
                    // SAFETY: the transition has left the ticket with us.
                    ToIdle::Notified => unsafe { Notified::new(task) }.schedule(),
                }
=======
                let _ = task.state().transition_to_idle();
>>>>>>> wrong

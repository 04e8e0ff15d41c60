//! exercise: 2.7
//! test: poll_a_task::woken_while_polled_is_queued_again
//! verdict: wrong
//! message: the task was woken during its poll, and is not in the queue after it
//! rule: The mark of a wake is cleared before the poll that answers it, never after.
//!
//! The ticket is used up when the poll is over, so that is when the state is told. But clearing
//! NOTIFIED after the poll also clears the mark of a wake that came during it, and that wake is
//! lost. First say that from now on a wake counts anew, and only then poll.

<<<<<<< solution
        task.state().transition_to_running();
=======
>>>>>>> wrong

<<<<<<< solution
            // SAFETY: we have the ticket, and a task that has one is not finished.
            isolate(|| unsafe { task.poll(&mut cx) })
        };
=======
            // SAFETY: we have the ticket, and a task that has one is not finished.
            isolate(|| unsafe { task.poll(&mut cx) })
        };
        // The ticket has been used: from here on a wake queues the task again.
        task.state().transition_to_running();
>>>>>>> wrong

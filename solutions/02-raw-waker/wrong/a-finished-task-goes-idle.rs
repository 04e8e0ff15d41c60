//! exercise: 2.7
//! test: poll_a_task::a_wake_after_completion_does_nothing
//! verdict: wrong
//! message: a finished task was woken and is in the queue
//! rule: A future that has returned Ready is never polled again.
//! source: tokio-rs/website #740 (the tutorial's mini-tokio)
//!
//! After every poll the task is idle again. If the future is done, a wake seems impossible. But wakers
//! outlive the poll they were made for: for example, a timer fires late, or two events wake one task.
//! The late wake finds an idle task, queues it, and the executor polls a future that has finished.

<<<<<<< solution
        let ran = match polled {
            Ok(Poll::Pending) => {
                match task.state().transition_to_idle() {
                    // There is no ticket any more. The task lives on in its wakers, or ends here.
                    ToIdle::Idle => drop(task),
                    // SAFETY: the transition has left the ticket with us.
                    ToIdle::Notified => unsafe { Notified::new(task) }.schedule(),
                }
                return Ran::Pending;
            }
=======
        let outcome = task.state().transition_to_idle();
        let ran = match polled {
            Ok(Poll::Pending) => Ran::Pending,
>>>>>>> wrong

<<<<<<< solution
        // SAFETY: we still have the ticket.
        let dropped = unsafe { task.drop_work() };
        task.state().transition_to_complete();
        match dropped {
            Ok(()) => ran,
            Err(Panicked) => Ran::Panicked,
        }
=======
        match outcome {
            ToIdle::Idle => drop(task),
            // SAFETY: the transition has left the ticket with us.
            ToIdle::Notified => unsafe { Notified::new(task) }.schedule(),
        }
        ran
>>>>>>> wrong

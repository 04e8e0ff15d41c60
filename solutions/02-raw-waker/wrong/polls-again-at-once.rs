//! exercise: 2.7
//! test: poll_a_task::woken_while_polled_waits_its_turn
//! verdict: wrong
//! message: the order of polls: "AAABBB", but expected "ABABAB"
//! rule: A task that is woken while it is being polled goes back into the queue, and is not polled on the spot.
//!
//! The task has been woken and the ticket is here, so the task is polled again right away and saves a
//! trip through the queue. But a task that wakes itself at each poll, as `yield_now` does to be polite,
//! now never gives way, and the other tasks wait for ever.

<<<<<<< solution
        task.state().transition_to_running();
        ⋮
        }
=======
        loop {
            task.state().transition_to_running();
            let polled = {
                let waker = waker_ref(&task);
                let mut cx = Context::from_waker(&waker);
                // SAFETY: we have the ticket, and a task that has one is not finished.
                isolate(|| unsafe { task.poll(&mut cx) })
            };
            let ran = match polled {
                Ok(Poll::Pending) => match task.state().transition_to_idle() {
                    ToIdle::Idle => return Ran::Pending,
                    // It has been woken already, and the ticket is still ours.
                    ToIdle::Notified => continue,
                },
                Ok(Poll::Ready(())) => Ran::Complete,
                Err(Panicked) => Ran::Panicked,
            };
            // SAFETY: we still have the ticket.
            let dropped = unsafe { task.drop_work() };
            task.state().transition_to_complete();
            return match dropped {
                Ok(()) => ran,
                Err(Panicked) => Ran::Panicked,
            };
        }
>>>>>>> wrong

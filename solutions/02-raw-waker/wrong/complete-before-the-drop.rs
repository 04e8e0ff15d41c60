//! exercise: 2.7
//! test: poll_a_task::a_task_is_complete_when_its_future_is_gone
//! verdict: wrong
//! message: the task is complete: [true], but expected [false]
//! rule: The future is dropped by the holder of the ticket, and the task is complete after that.
//!
//! The future has returned `Ready`, so the task is marked as complete, and then it is cleared away.
//! But `COMPLETE` uses the ticket up, and says to every reader that the future is gone. Here the future
//! is dropped without a ticket. Code that sees `COMPLETE` meanwhile, for example the join handle of
//! chapter 3, may go on to use what the future's `drop` has not given back yet.

<<<<<<< solution
        // SAFETY: we still have the ticket.
        let dropped = unsafe { task.drop_work() };
        task.state().transition_to_complete();
=======
        task.state().transition_to_complete();
        // SAFETY: no other code polls or drops a complete task.
        let dropped = unsafe { task.drop_work() };
>>>>>>> wrong

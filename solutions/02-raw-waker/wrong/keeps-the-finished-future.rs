//! exercise: 2.7
//! test: poll_a_task::a_finished_future_is_dropped_at_once
//! verdict: wrong
//! message: drops of the finished future: 0, but expected 1
//! rule: A future is dropped when it is done, and not when the last waker is.
//!
//! The state is COMPLETE, the reference is given up, and freeing the task drops the future: that
//! is what a reference count is for. But a waker may be kept for hours. Until it goes, the
//! future keeps its sockets and locks, and its hold on the run queue, so that the executor never
//! ends. And then the future is dropped on whichever thread happens to drop the waker.

<<<<<<< solution
        // SAFETY: we still have the ticket.
        let dropped = unsafe { task.drop_work() };
        task.state().transition_to_complete();
        match dropped {
            Ok(()) => ran,
            Err(Panicked) => Ran::Panicked,
        }
=======
        task.state().transition_to_complete();
        ran
>>>>>>> wrong

//! exercise: 2.7
//! test: poll_a_task::a_panic_ends_its_task_only
//! verdict: wrong
//! message: the panic has left `run` and ended the thread that called it
//! rule: A panic in a task ends that task and nothing else.
//!
//! The future is polled and its answer is looked at. But a poll may give no answer. The panic goes
//! through `run` into the executor's loop and ends it, and every other task with it. The task itself
//! is left marked as running for ever.

<<<<<<< solution
            // SAFETY: we have the ticket, and a task that has one is not finished.
            isolate(|| unsafe { task.poll(&mut cx) })
=======
            // SAFETY: we have the ticket, and a task that has one is not finished.
            unsafe { task.poll(&mut cx) }
>>>>>>> wrong

<<<<<<< solution
            Ok(Poll::Pending) => {
=======
            Poll::Pending => {
>>>>>>> wrong

<<<<<<< solution
            Ok(Poll::Ready(())) => Ran::Complete,
            Err(Panicked) => Ran::Panicked,
=======
            Poll::Ready(()) => Ran::Complete,
>>>>>>> wrong

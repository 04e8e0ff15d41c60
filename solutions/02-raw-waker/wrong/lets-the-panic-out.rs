//! exercise: 2.7
//! test: poll_a_task::a_panic_ends_its_task_only
//! verdict: wrong
//! message: the panic has left `run` and ended the thread that called it
//! rule: A panic in a task ends that task and nothing else.
//!
//! The future is polled and its answer is looked at; that it could give none is not thought of.
//! The panic goes through `run` into the executor's loop and ends it, and every other task with
//! it. The task itself is left marked as running for ever.

task.state().transition_to_running();
let polled = {
    let waker = waker_ref(&task);
    let mut cx = Context::from_waker(&waker);
    // SAFETY: we have the ticket, and a task that has one is not finished.
    unsafe { task.poll(&mut cx) }
};
let ran = match polled {
    Poll::Pending => {
        match task.state().transition_to_idle() {
            ToIdle::Idle => drop(task),
            // SAFETY: the transition has left the ticket with us.
            ToIdle::Notified => unsafe { Notified::new(task) }.schedule(),
        }
        return Ran::Pending;
    }
    Poll::Ready(()) => Ran::Complete,
};
// SAFETY: we still have the ticket.
let dropped = unsafe { task.drop_work() };
task.state().transition_to_complete();
match dropped {
    Ok(()) => ran,
    Err(Panicked) => Ran::Panicked,
}

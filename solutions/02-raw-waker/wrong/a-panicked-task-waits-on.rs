//! exercise: 2.7
//! test: poll_a_task::a_panicked_future_is_not_polled_again
//! verdict: wrong
//! message: the task woke itself, panicked, and is in the queue
//! rule: A future that has panicked is dropped and never polled again.
//!
//! The panic is caught, reported, and the task goes back to waiting, in case it can recover. A
//! future whose `poll` has panicked is in no state at all: an `async` block panics again if it is
//! polled, and anything else may do worse. If it is not woken again it keeps what it owns, and the
//! executor waits for it.

task.state().transition_to_running();
let polled = {
    let waker = waker_ref(&task);
    let mut cx = Context::from_waker(&waker);
    // SAFETY: we have the ticket, and a task that has one is not finished.
    isolate(|| unsafe { task.poll(&mut cx) })
};
let ran = match polled {
    Ok(Poll::Ready(())) => Ran::Complete,
    Ok(Poll::Pending) | Err(Panicked) => {
        let ran = if polled.is_ok() { Ran::Pending } else { Ran::Panicked };
        match task.state().transition_to_idle() {
            ToIdle::Idle => drop(task),
            // SAFETY: the transition has left the ticket with us.
            ToIdle::Notified => unsafe { Notified::new(task) }.schedule(),
        }
        return ran;
    }
};
// SAFETY: we still have the ticket.
let dropped = unsafe { task.drop_work() };
task.state().transition_to_complete();
match dropped {
    Ok(()) => ran,
    Err(Panicked) => Ran::Panicked,
}

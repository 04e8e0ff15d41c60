//! exercise: 2.7
//! test: poll_a_task::woken_while_polled_is_queued_again
//! verdict: wrong
//! message: the task was woken during its poll, and is not in the queue after it
//! rule: A task that is woken while it is being polled is polled again.
//! source: beul #1
//!
//! The future has returned Pending, so the task waits, and whoever wakes it will queue it. Unless
//! the wake has come already, during the poll: that one found the task running and left it to us.
//! `#[must_use]` warned, and `let _ =` silenced it. The future is never polled again, and nothing
//! in the program is wrong except that it has stopped.

task.state().transition_to_running();
let polled = {
    let waker = waker_ref(&task);
    let mut cx = Context::from_waker(&waker);
    // SAFETY: we have the ticket, and a task that has one is not finished.
    isolate(|| unsafe { task.poll(&mut cx) })
};
let ran = match polled {
    Ok(Poll::Pending) => {
        let _ = task.state().transition_to_idle();
        return Ran::Pending;
    }
    Ok(Poll::Ready(())) => Ran::Complete,
    Err(Panicked) => Ran::Panicked,
};
// SAFETY: we still have the ticket.
let dropped = unsafe { task.drop_work() };
task.state().transition_to_complete();
match dropped {
    Ok(()) => ran,
    Err(Panicked) => Ran::Panicked,
}

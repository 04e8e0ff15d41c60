//! exercise: 2.7
//! test: poll_a_task::a_wake_after_completion_does_nothing
//! verdict: wrong
//! message: a finished task was woken and is in the queue
//! rule: A future that has returned Ready is never polled again.
//! source: tokio-rs/website #740 (the tutorial's mini-tokio)
//!
//! After every poll the task is idle again; if the future was done, nobody has a reason to wake
//! it. But wakers outlive the poll they were made for: a timer fires late, or two events wake one
//! task. The late wake finds an idle task, queues it, and the executor polls a future that has
//! finished.

task.state().transition_to_running();
let polled = {
    let waker = waker_ref(&task);
    let mut cx = Context::from_waker(&waker);
    // SAFETY: we have the ticket, and a task that has one is not finished.
    isolate(|| unsafe { task.poll(&mut cx) })
};
let outcome = task.state().transition_to_idle();
let ran = match polled {
    Ok(Poll::Pending) => Ran::Pending,
    Ok(Poll::Ready(())) => Ran::Complete,
    Err(Panicked) => Ran::Panicked,
};
match outcome {
    ToIdle::Idle => drop(task),
    // SAFETY: the transition has left the ticket with us.
    ToIdle::Notified => unsafe { Notified::new(task) }.schedule(),
}
ran

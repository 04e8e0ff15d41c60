//! exercise: 2.7
//! test: poll_a_task::a_finished_future_is_dropped_at_once
//! verdict: wrong
//! message: drops of the finished future: 0, but expected 1
//! rule: A future is dropped when it is done, and not when the last waker is.
//!
//! The state is COMPLETE, the reference is given up, and freeing the task drops the future: that
//! is what a reference count is for. But somebody may keep a waker for hours. Until then the
//! future keeps its sockets and locks, and its hold on the run queue, so that the executor never
//! ends; and then it is dropped on a thread that happens to drop a waker.

task.state().transition_to_running();
let polled = {
    let waker = waker_ref(&task);
    let mut cx = Context::from_waker(&waker);
    // SAFETY: we have the ticket, and a task that has one is not finished.
    isolate(|| unsafe { task.poll(&mut cx) })
};
let ran = match polled {
    Ok(Poll::Pending) => {
        match task.state().transition_to_idle() {
            ToIdle::Idle => drop(task),
            // SAFETY: the transition has left the ticket with us.
            ToIdle::Notified => unsafe { Notified::new(task) }.schedule(),
        }
        return Ran::Pending;
    }
    Ok(Poll::Ready(())) => Ran::Complete,
    Err(Panicked) => Ran::Panicked,
};
task.state().transition_to_complete();
ran

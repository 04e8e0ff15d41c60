//! exercise: 2.7
//! test: poll_a_task::a_poll_costs_no_reference
//! verdict: wrong
//! message: [3, 3, 3], but expected [2, 2, 2]
//! rule: A poll costs no reference.
//!
//! A waker is needed, so one is made of a clone, as with `Arc` and `std::task::Wake`, and dropped
//! after the poll. It is correct, and every poll pays for counting up and counting down on a word
//! that all the wakers share, whether or not the future keeps the waker. Most polls do not.

task.state().transition_to_running();
let polled = {
    let waker = Task::clone(&task).into_waker();
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
// SAFETY: we still have the ticket.
let dropped = unsafe { task.drop_work() };
task.state().transition_to_complete();
match dropped {
    Ok(()) => ran,
    Err(Panicked) => Ran::Panicked,
}

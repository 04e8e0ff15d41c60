//! exercise: 2.5
//! test: wake_by_val::a_wake_with_nothing_to_do_gives_its_reference_up
//! verdict: wrong
//! message: references after the other waker was used up: ours, the queue's: 3
//! rule: `wake` uses the waker up: its reference goes into the queue, or is given up.
//!
//! The `ManuallyDrop` of `wake_by_ref` is kept, and opened where the reference is needed. In the
//! other arm there is nothing to do, and nothing is done. But `wake` was given a reference, and here
//! that reference has no owner any more. A task that is woken twice before it runs will never be freed.

<<<<<<< solution
    // SAFETY: the waker owned a reference and is used up by this call, so the reference is ours.
    let task = unsafe { Task::from_raw(data) };
=======
    // SAFETY: the waker owned a reference, and it is ours now.
    let task = ManuallyDrop::new(unsafe { Task::from_raw(data) });
>>>>>>> wrong

<<<<<<< solution
            // SAFETY: the transition has just given us the ticket.
            let notified = unsafe { Notified::new(task) };
=======
            // SAFETY: the transition has just given us the ticket.
            let notified = unsafe { Notified::new(ManuallyDrop::into_inner(task)) };
>>>>>>> wrong

<<<<<<< solution
        ToNotified::DoNothing => drop(task),
=======
        ToNotified::DoNothing => {}
>>>>>>> wrong

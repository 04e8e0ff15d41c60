//! exercise: 2.4
//! test: wake_by_ref::woken_twice_is_queued_once
//! verdict: wrong
//! message: references after the second wake: ours, the waker's, and the queue's: 4
//! rule: A reference that was counted is given to an owner, or given up.
//!
//! The reference for the queue is made first, so that the task cannot be freed on the way. If it
//! turns out that there is nothing to queue, that reference has no owner. Each wake of a task that
//! is queued already leaks one, and in a `ManuallyDrop` the compiler does not see it.

<<<<<<< solution
    // SAFETY: the waker owns a reference to the task and lends it to us; the `ManuallyDrop` keeps
    // us from giving it up.
    let task = ManuallyDrop::new(unsafe { Task::from_raw(data) });
=======
    // SAFETY: the waker has a reference to the task, which it keeps.
    let task = ManuallyDrop::new(unsafe { Task::from_raw(data) });
    let reference = ManuallyDrop::new(Task::clone(&task));
>>>>>>> wrong

<<<<<<< solution
            let reference = Task::clone(&task);
            // SAFETY: the transition has just given us the ticket.
            let notified = unsafe { Notified::new(reference) };
=======
            // SAFETY: the transition has just given us the ticket.
            let notified = unsafe { Notified::new(ManuallyDrop::into_inner(reference)) };
>>>>>>> wrong

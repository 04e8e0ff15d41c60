//! exercise: 2.4
//! test: wake_by_ref::woken_twice_is_queued_once
//! verdict: wrong
//! message: the task was woken twice and is in the queue twice
//! rule: A task that is woken twice is queued once.
//!
//! The task is marked as notified and queued: what else could a wake be? But the outcome of the
//! transition is thrown away. Only that outcome keeps the task from being in the queue twice, and from
//! being polled for nothing, or by two threads at once.

<<<<<<< solution
    // SAFETY: the waker owns a reference to the task and lends it to us; the `ManuallyDrop` keeps
    ⋮
    }
=======
    // SAFETY: the waker has a reference to the task, which it keeps.
    let task = ManuallyDrop::new(unsafe { Task::from_raw(data) });
    let _ = task.state().transition_to_notified();
    // SAFETY: the task has just been marked as notified.
    let notified = unsafe { Notified::new(Task::clone(&task)) };
    notified.schedule();
>>>>>>> wrong

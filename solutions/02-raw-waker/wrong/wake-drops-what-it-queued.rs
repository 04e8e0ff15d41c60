//! exercise: 2.5
//! test: wake_by_val::the_reference_goes_into_the_queue
//! verdict: wrong
//! message: references after it: ours, the queue's: 1, but expected 2
//! rule: One reference is given up once.
//!
//! First the wake, and then the waker is dropped, as its signature says: by value. But the reference
//! that is dropped here was put into the queue four lines above. The queue is left with a pointer
//! to a task that may be freed before it is polled.

<<<<<<< solution
    // SAFETY: the waker owned a reference and is used up by this call, so the reference is ours.
    ⋮
    }
=======
    // SAFETY: the waker owned a reference to the task, and it is ours now.
    let task = unsafe { Task::from_raw(data) };
    if let ToNotified::Submit = task.state().transition_to_notified() {
        // SAFETY: the transition has just given us the ticket.
        let notified = unsafe { Notified::new(task) };
        notified.schedule();
    }
    // SAFETY: the waker is used up by this call.
    unsafe { drop_waker(data) };
>>>>>>> wrong

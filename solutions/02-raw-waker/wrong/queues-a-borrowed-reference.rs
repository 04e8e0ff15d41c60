//! exercise: 2.4
//! test: wake_by_ref::the_queue_gets_a_reference_of_its_own
//! verdict: wrong
//! message: references after it: ours, the waker's, and the queue's: 2, but expected 3
//! rule: `wake_by_ref` borrows the waker: its reference stays where it is.
//! source: cfsamson/books-futures-explained #22 (one function for `wake` and `wake_by_ref`)
//!
//! This is how `wake` is written, and it looks right here. But this waker is only borrowed. Its owner
//! will drop it, or wake it again, and by then its reference is in the queue. One reference is given
//! up twice.

<<<<<<< solution
    // SAFETY: the waker owns a reference to the task and lends it to us; the `ManuallyDrop` keeps
    // us from giving it up.
    let task = ManuallyDrop::new(unsafe { Task::from_raw(data) });
=======
    // SAFETY: the waker has a reference to the task.
    let task = unsafe { Task::from_raw(data) };
>>>>>>> wrong

<<<<<<< solution
            let reference = Task::clone(&task);
            // SAFETY: the transition has just given us the ticket.
            let notified = unsafe { Notified::new(reference) };
=======
            // SAFETY: the transition has just given us the ticket.
            let notified = unsafe { Notified::new(task) };
>>>>>>> wrong

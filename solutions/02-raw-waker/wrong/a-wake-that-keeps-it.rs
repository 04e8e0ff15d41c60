//! exercise: 2.9
//! test: wake_by_val::a_wake_with_nothing_to_do_gives_its_reference_up
//! verdict: wrong
//! message: references after the other waker was used up: ours, the queue's: 3
//! rule: `wake` uses the waker up: its reference goes into the queue, or is given up.
//!
//! The two functions that wake look almost alike, and so one was made of the other. But `wake` is given the
//! waker's reference, and `wake_by_ref` borrows it. If the task is in the queue already, `wake` has nothing to do but to
//! give that reference up. Here it keeps it, and the task is never freed.

<<<<<<< solution
    let task = unsafe { Task::of_waker(data) };
    if task.state().transition_to_notified() == ToNotified::Submit {
        Notified { task: Some(task) }.schedule();
    }
=======
    let task = ManuallyDrop::new(unsafe { Task::of_waker(data) });
    if task.state().transition_to_notified() == ToNotified::Submit {
        let task = Some(ManuallyDrop::into_inner(task));
        Notified { task }.schedule();
    }
>>>>>>> wrong

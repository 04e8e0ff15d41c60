//! exercise: 2.2
//! test: waker_clone::a_clone_is_one_more_reference
//! verdict: wrong
//! message: references after the waker was cloned: 2, but expected 3
//! rule: `clone` borrows the waker: its reference stays where it is.
//!
//! `from_raw` makes a `Task` of the pointer, so that `Task::clone` can count. At the end of the
//! function that `Task` is dropped like any local variable, and gives up the reference of the waker
//! that we were asked to clone. One up, one down: the count has not moved, and there are two wakers.
//! A borrowed reference belongs in a `ManuallyDrop`.

<<<<<<< solution
    // SAFETY: the waker owns a reference to the task and lends it to us; the `ManuallyDrop` keeps
    // us from giving it up.
    let task = ManuallyDrop::new(unsafe { Task::from_raw(data) });
    let clone = Task::clone(&task);
    RawWaker::new(clone.into_raw(), &VTABLE)
=======
    // SAFETY: the waker has a reference to the task.
    let task = unsafe { Task::from_raw(data) };
    RawWaker::new(task.clone().into_raw(), &VTABLE)
>>>>>>> wrong

//! exercise: 2.2
//! test: waker_clone::a_clone_is_one_more_reference
//! verdict: wrong
//! message: references after the waker was cloned: 2, but expected 3
//! rule: Each waker has one reference of its own.
//!
//! A waker is two words, and a clone has the same two words, so the function that clones could
//! simply return them. For a waker that owns nothing this is right; examples whose waker only prints
//! "woken" do it. Ours owns a reference. Now two wakers will give up the same one, and the second
//! touches freed memory.

<<<<<<< solution
    // SAFETY: the waker owns a reference to the task and lends it to us; the `ManuallyDrop` keeps
    // us from giving it up.
    let task = ManuallyDrop::new(unsafe { Task::from_raw(data) });
    let clone = Task::clone(&task);
    RawWaker::new(clone.into_raw(), &VTABLE)
=======
    RawWaker::new(data, &VTABLE)
>>>>>>> wrong

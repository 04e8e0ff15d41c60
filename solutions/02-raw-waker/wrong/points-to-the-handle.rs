//! exercise: 2.6
//! test: borrowed_waker::a_borrowed_waker_equals_an_owned_one
//! verdict: wrong
//! message: the data pointer is not the one that an owned waker has
//! rule: The data pointer of every waker is the address of the task's header.
//!
//! A `&Task` is a pointer to the task, so it is cast to what a waker wants. But a `Task` is itself
//! a pointer: this is the address of the *handle*, a local variable of `run`. The functions in the
//! table take it for a header, and count in whatever lies on the stack there.

<<<<<<< solution
    let raw = RawWaker::new(task.as_raw(), &VTABLE);
    // SAFETY: `VTABLE` upholds the contract of `RawWaker`, and its functions expect a waker that
    // has a reference. `task` has it for as long as the lifetime of the result says, and the
    // `ManuallyDrop` keeps us from giving it up.
    let waker = unsafe { Waker::from_raw(raw) };
=======
    let data = std::ptr::from_ref(task).cast();
    // SAFETY: `task` outlives the waker.
    let waker = unsafe { Waker::from_raw(RawWaker::new(data, &VTABLE)) };
>>>>>>> wrong

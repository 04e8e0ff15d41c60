//! exercise: 2.6
//! test: borrowed_waker::lending_costs_no_reference
//! verdict: wrong
//! message: references while a waker is lent: 2, but expected 1
//! rule: A borrowed waker has no reference of its own.
//! source: an analysis of tokio's wakers, which showed `Arc::into_raw(task.clone())` as its `waker_ref`
//!
//! A waker needs a reference, so it is given one. Then it is put into a `ManuallyDrop`, so that
//! reference is never given up: one is leaked at each poll. And if it were given up, polling would
//! pay for two atomic operations each time, which a *borrowed* waker is there to save.

<<<<<<< solution
    let raw = RawWaker::new(task.as_raw(), &VTABLE);
    // SAFETY: `VTABLE` upholds the contract of `RawWaker`, and its functions expect a waker that
    // has a reference. `task` has it for as long as the lifetime of the result says, and the
    // `ManuallyDrop` keeps us from giving it up.
    let waker = unsafe { Waker::from_raw(raw) };
=======
    let waker = task.clone().into_waker();
>>>>>>> wrong

//! exercise: 2.6
//! test: borrowed_waker::a_borrowed_waker_equals_an_owned_one
//! verdict: wrong
//! message: the table is not the one that an owned waker has
//! rule: Every waker of every task has the same table.
//! source: rust-lang/rust #66281; mended in futures-rs #1806 and tokio #2045
//!
//! A borrowed waker must not give up a reference. A table whose `drop` does nothing says just that,
//! without any `ManuallyDrop`. But `will_wake` compares the tables' addresses. The waker of the poll is
//! borrowed, and the waker that the future keeps is owned, so they never look equal. The future clones
//! and replaces its waker at each poll.

<<<<<<< solution
    let raw = RawWaker::new(task.as_raw(), &VTABLE);
=======
    unsafe fn drop_nothing(_: *const ()) {}

    static BORROWED: RawWakerVTable =
        RawWakerVTable::new(clone_waker, wake_by_ref, wake_by_ref, drop_nothing);

    let raw = RawWaker::new(task.as_raw(), &BORROWED);
>>>>>>> wrong

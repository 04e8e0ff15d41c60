//! exercise: 2.6
//! test: borrowed_waker::a_clone_has_a_reference_of_its_own
//! verdict: wrong
//! message: references: ours, the clone's: 1, but expected 2
//! rule: A clone of a borrowed waker may be kept for ever, and so it has a reference of its own.
//! source: futures-rs #2795, #2830 (a borrowed waker that could be kept)
//!
//! A table for borrowed wakers, and it is consistent: it counts nothing up and nothing down. But a
//! future keeps a *clone*, beyond the poll and possibly beyond the task. That clone borrows from
//! no owner. When the task is freed it points to freed memory, and only safe code was needed for that.

<<<<<<< solution
    let raw = RawWaker::new(task.as_raw(), &VTABLE);
    // SAFETY: `VTABLE` upholds the contract of `RawWaker`, and its functions expect a waker that
    // has a reference. `task` has it for as long as the lifetime of the result says, and the
    // `ManuallyDrop` keeps us from giving it up.
    let waker = unsafe { Waker::from_raw(raw) };
=======
    unsafe fn copy(data: *const ()) -> RawWaker {
        RawWaker::new(data, &BORROWED)
    }
    unsafe fn drop_nothing(_: *const ()) {}

    static BORROWED: RawWakerVTable =
        RawWakerVTable::new(copy, wake_by_ref, wake_by_ref, drop_nothing);

    // SAFETY: `BORROWED` never touches the count.
    let waker = unsafe { Waker::from_raw(RawWaker::new(task.as_raw(), &BORROWED)) };
>>>>>>> wrong

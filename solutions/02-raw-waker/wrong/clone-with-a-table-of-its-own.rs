//! exercise: 2.2
//! test: waker_clone::a_clone_would_wake_the_same_task
//! verdict: wrong
//! message: the clone has another table
//! rule: Every waker of every task has the same table.
//! source: futures-rs #2864
//!
//! A table is made where it is needed, with the same four functions as the other. Everything
//! works, and one thing is lost: `will_wake` compares addresses, and two tables have two. A future
//! that keeps its waker can no longer see that it has the right one already, so it replaces the waker
//! at every poll. futures-rs had this only in release builds, where one table had been compiled into
//! two.

<<<<<<< solution
    // SAFETY: the waker owns a reference to the task and lends it to us; the `ManuallyDrop` keeps
    // us from giving it up.
    let task = ManuallyDrop::new(unsafe { Task::from_raw(data) });
    let clone = Task::clone(&task);
    RawWaker::new(clone.into_raw(), &VTABLE)
=======
    static CLONED: RawWakerVTable = RawWakerVTable::new(clone_waker, wake, wake_by_ref, drop_waker);

    // SAFETY: the waker has a reference to the task, which it keeps.
    let task = ManuallyDrop::new(unsafe { Task::from_raw(data) });
    RawWaker::new(Task::clone(&task).into_raw(), &CLONED)
>>>>>>> wrong

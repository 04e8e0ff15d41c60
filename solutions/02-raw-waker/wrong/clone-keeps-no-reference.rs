//! exercise: 2.2
//! test: waker_clone::a_clone_is_one_more_reference
//! verdict: wrong
//! message: references after the waker was cloned: 2, but expected 3
//! rule: Whoever turns a reference into a pointer must give the reference away with it.
//!
//! The clone is counted, its pointer is taken, and then the clone goes out of scope and is
//! uncounted. `as_raw` looks at the pointer and leaves the reference with the `Task`; `into_raw`
//! gives it away.

// SAFETY: the waker has a reference to the task, which it keeps.
let task = ManuallyDrop::new(unsafe { Task::from_raw(data) });
let clone = Task::clone(&task);
RawWaker::new(clone.as_raw(), &VTABLE)

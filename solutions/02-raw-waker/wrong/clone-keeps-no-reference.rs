//! exercise: 2.2
//! test: waker_clone::a_clone_is_one_more_reference
//! verdict: wrong
//! message: references after the waker was cloned: 2, but expected 3
//! rule: Code that turns a reference into a pointer must give the reference away with it.
//!
//! The clone is counted, its pointer is taken, and then the clone goes out of scope and is
//! uncounted. `as_raw` looks at the pointer and leaves the reference with the `Task`; `into_raw`
//! gives it away.

<<<<<<< solution
    RawWaker::new(clone.into_raw(), &VTABLE)
=======
    RawWaker::new(clone.as_raw(), &VTABLE)
>>>>>>> wrong

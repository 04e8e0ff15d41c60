//! exercise: 2.9
//! test: borrowed_waker::lending_costs_no_reference
//! verdict: wrong
//! message: references while a waker is lent: 2, but expected 1
//! rule: A borrowed waker has no reference of its own.
//!
//! `Arc::into_raw` makes a pointer, and so does `Arc::as_ptr`. The first gives a reference away with it. The waker that
//! is lent is never dropped, so no code ever takes that reference back: each poll leaks one.

<<<<<<< solution
    let raw = RawWaker::new(sync::Arc::as_ptr(&task.shared).cast(), &VTABLE);
=======
    let shared = sync::Arc::clone(&task.shared);
    let raw = RawWaker::new(sync::Arc::into_raw(shared).cast(), &VTABLE);
>>>>>>> wrong

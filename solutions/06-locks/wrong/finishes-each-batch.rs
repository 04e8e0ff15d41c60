//! exercise: 6.1
//! test: hand_to_all::a_waker_panics
//! verdict: wrong
//! message: A waker that panics keeps no other from being woken, and its panic goes on at the end.
//! rule: A waker that panics keeps no other from being woken, and its panic goes on at the end.
//!
//! A batch that is full is done with, so it is finished, and a new one begun. But finishing lets
//! the panic of a waker go on, and it unwinds past all the waiters that are still in the list.

<<<<<<< solution
    let mut batch = Batch::new();
    loop {
=======
    loop {
        let mut batch = Batch::new();
>>>>>>> wrong

<<<<<<< solution
        batch.wake();
=======
        batch.finish();
>>>>>>> wrong

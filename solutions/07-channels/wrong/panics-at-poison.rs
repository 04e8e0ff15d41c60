//! exercise: 7.5
//! test: watch::tokio_6021_closures_that_panic
//! verdict: wrong
//! message: borrow() panics after a closure has
//! rule: A closure that panics leaves the channel usable, and wakes no receiver.
//! source: tokio #6021
//!
//! Under our own locks nothing panics, and where something did after all, going on would be worse.
//! So `expect`. But under this lock runs a closure of the caller's. After one panic in it, caught and
//! dealt with, every `borrow` of every receiver panics.

<<<<<<< solution
        self.value.read().unwrap_or_else(PoisonError::into_inner)
=======
        self.value.read().expect("nothing panics under this lock")
>>>>>>> wrong

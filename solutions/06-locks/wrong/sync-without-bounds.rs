//! exercise: 6.9
//! test: once_cell::the_type_says_what_may_go_to_other_threads
//! verdict: wrong
//! message: is Send, and whether it is Sync
//! rule: A type may go to another thread, or be shared with it, as far as its values may.
//!
//! The flag and the permit order everything, so a cell can be shared. That is true of the cell. But it
//! hands out a `&T`, to any thread, and a `Cell<u32>`, for example, has no flag: two threads write to it
//! at the same time, in a program without `unsafe`.

<<<<<<< solution
unsafe impl<T: Send + Sync> Sync for OnceCell<T> {}
=======
unsafe impl<T> Sync for OnceCell<T> {}
>>>>>>> wrong
<<<<<<< solution
unsafe impl<T: Send> Send for OnceCell<T> {}
=======
unsafe impl<T> Send for OnceCell<T> {}
>>>>>>> wrong

//! exercise: 3.4
//! test: wake_by_val::the_last_reference_of_a_task_that_is_notified_frees_it
//! verdict: wrong
//! message: The thread that takes the count to zero frees the cell, and does not touch it afterwards.
//! rule: The thread that takes the count to zero frees the cell, and does not touch it afterwards.
//!
//! `dealloc` frees the cell, and it borrows `self`, so `self` is still there at the end of the
//! function and is dropped. Its drop counts down in a cell that has just been freed.

<<<<<<< solution
            // SAFETY: the reference that the transition gave up was the last one.
            ToNotifiedByVal::Dealloc => unsafe { ManuallyDrop::new(self).dealloc() },
=======
            // SAFETY: the reference that the transition gave up was the last one.
            ToNotifiedByVal::Dealloc => unsafe { self.dealloc() },
>>>>>>> wrong

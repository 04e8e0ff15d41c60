//! exercise: 3.7
//! test: cancel::an_aborted_task_is_cancelled
//! verdict: wrong
//! message: drops of the future
//! rule: The future of a cancelled task is dropped, once, by its scheduler.
//!
//! Storing the reason replaces the future, and what is replaced is dropped. An assignment would
//! drop it. But `store` writes to a place that is said to be empty, and drops nothing. Everything
//! that the future held is leaked.

<<<<<<< solution
        let _entered = self.header().id.enter();
        ⋮
        unsafe { self.core().store(Err(failure)) };
=======
        let _entered = self.header().id.enter();
        // SAFETY: the stage is our caller's (invariant: Running Owns Stage).
        unsafe { self.core().store(Err(Failure::Cancelled)) };
>>>>>>> wrong

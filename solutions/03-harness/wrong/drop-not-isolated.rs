//! exercise: 3.7
//! test: cancel::a_panic_in_the_futures_drop_is_the_handles
//! verdict: wrong
//! message: A panic in a future's drop ends with its task.
//! rule: A panic in a future's drop ends with its task.
//! source: tokio #4412, and futures-rs #2863: a panic in a drop hit the code that happened to run it
//!
//! Nothing is polled, so there is nothing to catch. A future's `drop` is as foreign as its `poll`, and
//! when it panics, the scheduler's thread is unwound, with RUNNING set for ever.

<<<<<<< solution
        let _entered = self.header().id.enter();
        ⋮
        unsafe { self.core().store(Err(failure)) };
=======
        let _entered = self.header().id.enter();
        // SAFETY: the stage is our caller's (invariant: Running Owns Stage).
        unsafe { self.core().consume() };
        // SAFETY: as above, and the stage is consumed.
        unsafe { self.core().store(Err(Failure::Cancelled)) };
>>>>>>> wrong

//! exercise: 3.7
//! test: cancel::a_panic_in_the_futures_drop_is_the_handles
//! verdict: wrong
//! message: The handle of a task without an output says why there is none.
//! rule: The handle of a task without an output says why there is none.
//!
//! The task was aborted, so it is cancelled, and a panic on the way is discarded. But a panic is a
//! bug, its author wants to hear of it, and only the handle can report it.

<<<<<<< solution
        let _entered = self.header().id.enter();
        ⋮
        unsafe { self.core().store(Err(failure)) };
=======
        let _entered = self.header().id.enter();
        // SAFETY: the stage is our caller's (invariant: Running Owns Stage).
        if let Err(payload) = isolate(|| unsafe { self.core().consume() }) {
            discard(payload);
        }
        // SAFETY: as above, and the stage is consumed.
        unsafe { self.core().store(Err(Failure::Cancelled)) };
>>>>>>> wrong

//! exercise: 2.1
//! test: loom_references::the_last_reference_frees_after_every_use_of_the_others
//! verdict: wrong
//! message: drops of
//! rule: Reading a count, deciding, and then acting on it are three steps, and another thread comes between them.
//!
//! If this is the only reference left, free; if not, count down. Each line is right. But between them
//! another thread may drop the other reference, and that thread has also seen two. Both count down,
//! neither frees, and the task has leaked.

<<<<<<< solution
        // ORDERING: Release, so that the thread that takes the count to zero (the Acquire fence
        ⋮
        unsafe { Task::dealloc(self.header) };
=======
        // ORDERING: Acquire, so that we see what was done through the references that are gone.
        if self.header().refs.load(Acquire) == 1 {
            // SAFETY: ours is the only reference left.
            unsafe { Task::dealloc(self.header) };
        } else {
            // ORDERING: Release, for the thread that finds the count at one.
            self.header().refs.fetch_sub(1, Release);
        }
>>>>>>> wrong

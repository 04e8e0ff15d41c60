//! exercise: 3.9
//! test: cancel::a_panic_in_the_futures_drop_is_the_handles
//! verdict: wrong
//! message: the scheduler was hit by a panic of a future's drop
//! rule: A panic in a future's drop ends with its task.
//!
//! A poll is foreign code, so it is called inside of `isolate`. A drop looks like ours: one word, and no `cx`. But the drop of
//! a future is the drop of all its local variables, which its author wrote.

<<<<<<< solution
        isolate(|| drop(future))
=======
        drop(future);
        Ok(())
>>>>>>> wrong

//! exercise: 6.9
//! test: once_cell::wakers_that_use_the_cell
//! verdict: wrong
//! message: what a waker finds in the cell
//! rule: A thread that sees that there is a value can read it.
//!
//! The value is written, so the others can be let in; the flag is for those that come later. But
//! a task that is let in looks at the flag, and a waker may do so before `close` returns. In the
//! solution, `expect` makes this a panic. Code that read the value without looking would read
//! memory that is not there yet for this thread.

<<<<<<< solution
        // ORDERING: Release, with the Acquire in `initialized`.
        self.is_set.store(true, Release);
        // First the value, then the wakes: a task that finds the semaphore closed finds a value.
        self.right.close();
=======
        self.right.close();
        // ORDERING: Release, with the Acquire in `initialized`.
        self.is_set.store(true, Release);
>>>>>>> wrong

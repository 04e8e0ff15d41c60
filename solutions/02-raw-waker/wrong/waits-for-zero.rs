//! exercise: 2.1
//! test: references::the_last_reference_drops_the_future
//! verdict: wrong
//! message: drops of the future, with no reference left: 0, but expected 1
//! rule: `fetch_sub` returns the count as it was before.
//!
//! The task is to be freed when the count is zero, so this compares with zero. But `fetch_sub`
//! returns the count from *before* the subtraction: the last reference sees one. Zero is never
//! seen, nothing is ever freed, and a test that looks only at results does not notice.

<<<<<<< solution
        // ORDERING: Release, so that the thread that takes the count to zero (the Acquire fence
        // below) sees everything done through this reference.
        if self.header().refs.fetch_sub(1, Release) != 1 {
=======
        // ORDERING: Release, so that the thread that frees the task sees what was done through this reference.
        let left = self.header().refs.fetch_sub(1, Release);
        if left != 0 {
>>>>>>> wrong

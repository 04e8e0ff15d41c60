//! exercise: 3.1
//! test: loom_idle::the_next_poll_is_on_the_thread_that_woke
//! verdict: wrong
//! message: Causality violation
//! rule: Running Owns Stage: the next poll comes after all that this one did, on any thread.
//!
//! The end of a poll reads the word to find out what the others have done, and Acquire is for readers. But it gives
//! something away, too: the stage. The next poll may be on another thread. Without a Release at the end of
//! this poll, nothing orders what this future wrote before what the next poll reads.

<<<<<<< solution
        self.update(AcqRel, |current| {
=======
        self.update(Acquire, |current| {
>>>>>>> wrong

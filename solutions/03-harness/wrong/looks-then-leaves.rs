//! exercise: 3.8
//! test: loom_state::a_waker_that_is_left_is_called
//! verdict: wrong
//! message: leaving the waker: Ok(()); the end of the task: Done
//! rule: A join waker that was left is called, or the handle is told that the task is complete.
//!
//! The look finds a task that is not complete, and then one `fetch_or` leaves the word that a waker is there. Between
//! the two the task completes, and finds no waker. The handle returns `Pending`, and no code will ever call the waker.

<<<<<<< solution
        self.unless_done(|now| now.word | WATCHED)
=======
        if self.load().is_complete() {
            return Err(IsComplete);
        }
        self.word.fetch_or(WATCHED, AcqRel);
        Ok(())
>>>>>>> wrong

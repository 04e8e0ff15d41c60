//! exercise: 4.5
//! test: deferred::nothing_is_deferred_after_a_rest
//! verdict: wrong
//! message: polls counted after the look: 1, but expected 0
//! rule: Once the driver has been asked, the count begins anew.
//!
//! The count begins anew after a sleep. After a look at the driver it stays at 61, so the next turn
//! of the loop polls no task at all, asks the driver, and so on: the thread is busy, and nothing is
//! done.

<<<<<<< solution
            let polls = std::mem::take(&mut self.polls);
=======
            let polls = self.polls;
>>>>>>> wrong

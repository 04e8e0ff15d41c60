//! exercise: 8.15
//! test: two_sleeps::an_unpark_that_comes_back
//! verdict: hangs
//! message: that asks the driver
//! rule: What was called returns, and what was started comes to an end.
//!
//! The owner cannot move on as long as the lock is held, so it is woken under the lock, where it sleeps for sure. What is
//! below is not the driver's: it may be another driver, with a lock of its own, or one that asks this driver for something.

<<<<<<< solution
        let (asleep, poller) = (state.asleep, state.poller.clone());
        drop(state);
        match asleep {
=======
        let poller = state.poller.clone();
        match state.asleep {
>>>>>>> wrong

//! exercise: 4.5
//! test: rest::the_driver_is_due
//! verdict: wrong
//! message: sleeps: 1, but expected 0
//! rule: The scheduler does not sleep with something left to do.
//! source: tokio #1899, #1900, #1905: a set ran 61 tasks, and slept with more in its queue
//!
//! The tasks had their turn, nothing is deferred, and the root was not woken. But the tasks had 61
//! polls, and then the driver was due. More tasks may be due, and no wake will ever end the sleep
//! for their sake.

<<<<<<< solution
        if is_deferred || self.interval <= self.polls {
            let polls = std::mem::take(&mut self.polls);
=======
        let polls = std::mem::take(&mut self.polls);
        if is_deferred {
>>>>>>> wrong

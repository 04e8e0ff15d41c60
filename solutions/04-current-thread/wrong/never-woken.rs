//! exercise: 4.5
//! test: rest::who_has_given_way_is_woken
//! verdict: wrong
//! message: `wake_deferred` was not called after that
//! rule: Whenever the driver has been asked, what is deferred by then is woken after it.
//!
//! Each kind of rest is there, none at the wrong moment, and the count is right. But the driver was
//! asked so that the tasks that gave way can go on, and this answer does not wake them. From then
//! on something is always deferred: the thread never sleeps, asks the driver each time round, and
//! gains nothing.

<<<<<<< solution
            self.context.wake_deferred();
=======
>>>>>>> wrong

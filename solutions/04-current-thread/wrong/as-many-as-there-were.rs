//! exercise: 4.5
//! test: rest::a_driver_that_defers_a_wake_in_a_look
//! verdict: wrong
//! message: `wake_deferred` was not called after that
//! rule: Whenever the driver has been asked, what is deferred by then is woken after it.
//!
//! Nothing was deferred, so there is nothing to be woken. That was so before the look. The driver
//! is foreign code, and a waker that it calls may defer a wake at once. That wake is not forgotten,
//! but it waits for one more rest, and one more look, though the driver has just been asked.

<<<<<<< solution
            self.context.wake_deferred();
=======
            if is_deferred {
                self.context.wake_deferred();
            }
>>>>>>> wrong

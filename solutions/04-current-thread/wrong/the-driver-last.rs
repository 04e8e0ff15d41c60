//! exercise: 4.8
//! test: the_end::what_the_drivers_end_defers_is_woken
//! verdict: wrong
//! message: wakes: 0, but expected 1
//! rule: What the driver defers as it shuts down is woken.
//!
//! The tasks are shut down, what they deferred is woken, and the driver goes when nothing else is left
//! to do. But a driver that goes wakes each waker that still waits for it, and such a waker may defer
//! a wake in turn. No later step looks for that one.

<<<<<<< solution
    park.shutdown();
    context.wake_all_deferred();
=======
    context.wake_all_deferred();
    park.shutdown();
>>>>>>> wrong

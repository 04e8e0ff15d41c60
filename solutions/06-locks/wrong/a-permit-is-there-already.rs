//! exercise: 6.3
//! test: loom_notify_one::a_permit_is_there_already
//! verdict: wrong
//! message: The task that takes a permit sees what was done before each call that left it.
//! rule: The task that takes a permit sees what was done before each call that left it.
//!
//! There is a permit already, and there can be only one, so there is nothing to do, and the exchange is
//! saved. But suppose that a task takes that permit at this very moment. It sees what was done before
//! the call that left it, and not what was done before *this* call. It looks at the old state, and then
//! waits for ever, with its notification gone. To write the same value again hands our writes over.

<<<<<<< solution
        while word & QUEUED == 0 {
=======
        while word & QUEUED == 0 {
            if word & NOTIFIED != 0 {
                return;
            }
>>>>>>> wrong

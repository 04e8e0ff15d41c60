//! exercise: 9.6
//! test: driver::the_first_timer_of_another_thread_unparks
//! verdict: wrong
//! message: unparks: 0, but expected 1
//! rule: A timer that is due before the owner wakes up unparks it, and no other one does.
//!
//! Without a timer there is no tick to wake up at, so there is none to publish. But `None` is what
//! says that the owner is awake. The first timer of another thread finds that, waits for the end of a
//! turn that does not end, and unparks nothing.

<<<<<<< solution
        state.asleep_until = Some(next.unwrap_or(u64::MAX));
=======
        state.asleep_until = next;
>>>>>>> wrong

//! exercise: 1.3
//! test: unpark::a_parked_thread_is_unparked_by_another
//! verdict: hangs
//! message: the wake got lost
//! rule: A wake unparks the thread that made the waker, and no other.
//!
//! The one who waits looks at the flag, so setting it should do. It would, if it looked all the
//! time. It is parked, and does not look before somebody unparks it.

<<<<<<< solution
        // After the flag (Flag Before Token). Unparked first, the thread could look at the flag too
        // early and park again, and nobody would unpark it.
        self.thread.unpark();
=======
>>>>>>> wrong

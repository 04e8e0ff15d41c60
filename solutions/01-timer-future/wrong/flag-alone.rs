//! exercise: 1.3
//! test: unpark::a_parked_thread_is_unparked_by_another
//! verdict: hangs
//! message: the wake got lost
//! rule: A wake unparks the thread that made the waker, and no other.
//!
//! The waiting thread looks at the flag, so setting the flag should do. It would, if the thread looked
//! all the time. But the thread is parked, and does not look before it is unparked.

<<<<<<< solution
        // After the flag (Flag Before Token). If it were unparked first, the thread could look at the
        // flag too early and park again, and no other unpark would come.
        self.thread.unpark();
=======
>>>>>>> wrong

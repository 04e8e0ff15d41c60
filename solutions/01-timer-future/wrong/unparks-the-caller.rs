//! exercise: 1.3
//! test: unpark::a_parked_thread_is_unparked_by_another
//! verdict: hangs
//! message: the wake got lost
//! rule: A wake unparks the thread that made the waker, and no other.
//!
//! `thread::current()` is the thread that runs this line. That is the thread that calls the waker, not
//! the thread that sleeps. In a program of one thread they are the same, so a first test passes.

<<<<<<< solution
        // After the flag (Flag Before Token). If it were unparked first, the thread could look at the
        // flag too early and park again, and no other unpark would come.
        self.thread.unpark();
=======
        std::thread::current().unpark();
>>>>>>> wrong

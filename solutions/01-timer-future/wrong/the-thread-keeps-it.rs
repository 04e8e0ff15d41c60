//! exercise: 1.8
//! test: timer::a_dropped_timer_lets_go_of_its_waker
//! verdict: wrong
//! message: the timer is gone, and its waker is kept
//! rule: A timer that is dropped lets go of its waker at once.
//!
//! The future is dropped, and with it its half of the `Arc`. The other half is the thread's, which sleeps for an
//! hour; and what they share has the waker. A waker keeps a whole task alive, with everything in it. A timeout that
//! was not needed would hold its task for as long as it would have lasted.

<<<<<<< solution
    fn drop(&mut self) {
        drop(self.shared.replace(None));
    }
=======
    fn drop(&mut self) {}
>>>>>>> wrong

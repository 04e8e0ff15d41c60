//! exercise: 1.8
//! test: loom_timer::a_timer_fires_during_a_poll
//! verdict: wrong
//! message: an interleaving that fails: deadlock
//! rule: A timer that fires during a poll is not missed: the poll is ready, or its waker is woken.
//!
//! The flag was looked at a moment ago, and the waker is in its place now. What can still go wrong is between
//! the two: the timer's thread sets the flag and looks for a waker, and there is none yet. It is done, and the waker
//! that comes a moment later is never woken.

<<<<<<< solution
        if self.shared.is_over() {
            drop(self.shared.replace(None));
            return Poll::Ready(());
        }
        Poll::Pending
=======
        Poll::Pending
>>>>>>> wrong

//! exercise: 1.1
//! test: loom_timer::a_timer_fires_during_a_poll
//! verdict: wrong
//! message: an interleaving that fails: deadlock
//! rule: A timer that fires during a poll is not missed: the poll is ready, or its waker is woken.
//!
//! The lock is held for as short a time as possible, and each time for one thing. The timer's thread may
//! come between the two: it sets `completed`, finds no waker and is done. The waker that is stored after
//! that is never woken. This happens once in some hundred thousand polls, and never in a debugger.

<<<<<<< solution
        let mut state = self.shared.lock().unwrap();
        if state.completed {
            return Poll::Ready(());
        }
        let replaced = state.waker.replace(waker);
        drop(state);
=======
        if self.shared.lock().unwrap().completed {
            return Poll::Ready(());
        }
        let replaced = self.shared.lock().unwrap().waker.replace(waker);
>>>>>>> wrong

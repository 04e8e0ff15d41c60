//! exercise: 1.1
//! test: poll_contract::a_ready_timer_keeps_no_waker
//! verdict: wrong
//! message: the timer was ready and still kept the waker
//! rule: A future keeps no waker that it will not need.
//!
//! Storing first and checking then is the right order where there is no lock (chapter 5 needs it).
//! Here the lock makes both orders safe, and this one leaves a waker behind in every timer that is
//! ready: a waker that keeps its task in memory for as long as the timer is kept.

<<<<<<< solution
        // Cloned before the state is locked (No Foreign Code Under Lock).
        let waker = cx.waker().clone();

        let mut state = self.shared.lock().unwrap();
        if state.completed {
            return Poll::Ready(());
        }
        let replaced = state.waker.replace(waker);
        drop(state);

        // Dropped after the state is unlocked, for the same reason.
        drop(replaced);
        Poll::Pending
=======
        let mut state = self.shared.lock().unwrap();
        state.waker = Some(cx.waker().clone());
        if state.completed {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
>>>>>>> wrong

//! exercise: 1.1
//! test: poll_contract::a_pending_timer_keeps_the_waker
//! verdict: wrong
//! message: the timer was pending and kept no waker
//! rule: A future that returns Pending keeps the waker of its latest poll.
//! source: published tutorials with a future that counts down and returns Pending without arranging a wake
//!
//! The answer is right each time, and a test that polls in a loop would be satisfied. But Pending is
//! also a promise, and nothing here keeps it: the task sleeps, the timer completes, and there is no
//! waker by which the timer could reach the task.

<<<<<<< solution
        // Cloned before the state is locked (No Foreign Code Under Lock).
        ⋮
        Poll::Pending
=======
        let state = self.shared.lock().unwrap();
        if state.completed {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
>>>>>>> wrong

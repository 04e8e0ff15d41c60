//! exercise: 1.1
//! test: poll_contract::a_timer_whose_time_is_not_over_is_pending
//! verdict: hangs
//! message: is stuck inside the poll
//! rule: A poll returns: it does not wait.
//!
//! The future has to wait until the time is over, so it waits. Meanwhile its caller can do nothing else,
//! and no second timer can run beside this one. No Pending is left, and with it went the whole idea.

<<<<<<< solution
        // Cloned before the state is locked (No Foreign Code Under Lock).
        ⋮
        Poll::Pending
=======
        while !self.shared.lock().unwrap().completed {
            thread::sleep(Duration::from_millis(1));
        }
        let _ = cx;
        Poll::Ready(())
>>>>>>> wrong

//! exercise: 8.10
//! test: duplex::a_pipe_ends
//! verdict: wrong
//! message: wakes
//! rule: An end is passed on, and a broken end is told.
//!
//! Whether the other end is gone is looked at by each poll, so it is enough to write it down. But a task that waits does not
//! poll, and after the last end is gone nothing will ever wake it.

<<<<<<< solution
        let waker = both[direction].ends[1 - side].waker.take();
        drop(both);
        if let Some(waker) = waker {
            waker.wake();
        }
    }
=======
    }
>>>>>>> wrong

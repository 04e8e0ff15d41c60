//! exercise: 1.4
//! test: block_on::a_wake_during_the_poll_is_kept
//! verdict: hangs
//! message: the wake got lost
//! rule: A wake that comes before the park is not lost.
//! source: beul PR #1
//!
//! A clean start before each wait: throw away what came before, then park until there is a wake.
//! But what came before may be the wake of this very poll, and there will not be another one.

<<<<<<< solution
            return output;
        }
=======
            return output;
        }
        let _ = thread_waker.take_wake();
>>>>>>> wrong

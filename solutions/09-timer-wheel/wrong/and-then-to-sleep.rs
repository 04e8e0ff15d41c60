//! exercise: 9.4
//! test: same_tick::a_turn_that_fires_is_followed_by_a_look
//! verdict: wrong
//! message: asked of the one below: [ForEver]
//! rule: A turn in which something was due is followed by no sleep.
//!
//! The lock is what the caller wants back, and so it is locked again. The caller takes it as a sign
//! that nothing was due, and goes to sleep. The task that was woken a moment ago is in the run queue
//! of this very thread.

<<<<<<< solution
        drop(state);
        wake(&mut wakers);
        None
=======
        drop(state);
        wake(&mut wakers);
        Some(self.lock())
>>>>>>> wrong

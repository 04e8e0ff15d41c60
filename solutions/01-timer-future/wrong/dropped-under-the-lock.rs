//! exercise: 1.1
//! test: timer::a_waker_is_dropped_with_no_lock_held
//! verdict: hangs
//! message: is stuck inside the drop
//! rule: A waker is foreign code: it is cloned, woken and dropped with no lock held.
//! source: tokio #8529, #8552, #8554, #8558, #8618
//!
//! The clone is made before the lock, as it should be. But the assignment drops the waker that was
//! there before, while the state is still locked. For example, a waker may be
//! the last owner of its task. Then its drop drops the task, and with it anything at all.

<<<<<<< solution
        let replaced = state.waker.replace(waker);
        drop(state);

        // Dropped after the state is unlocked, for the same reason.
        drop(replaced);
=======
        state.waker = Some(waker);
>>>>>>> wrong

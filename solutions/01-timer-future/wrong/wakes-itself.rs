//! exercise: 1.1
//! test: poll_contract::a_poll_does_not_wake
//! verdict: wrong
//! message: the poll woke its own task
//! rule: A future wakes a task when there is news for it, and not before.
//!
//! A future that asks to be polled again at once is never forgotten. It even works, and every test that
//! looks only at the output passes. It costs a whole core for as long as the timer runs; we have seen a
//! million polls and more in 50 ms.

<<<<<<< solution
        // Cloned before the state is locked (No Foreign Code Under Lock).
        let waker = cx.waker().clone();
=======
>>>>>>> wrong

<<<<<<< solution
        let replaced = state.waker.replace(waker);
        drop(state);

        // Dropped after the state is unlocked, for the same reason.
        drop(replaced);
=======
        state.waker = Some(cx.waker().clone());
        drop(state);
        cx.waker().wake_by_ref();
>>>>>>> wrong

//! exercise: 6.1
//! test: hand_to_all::the_list_is_unlocked_during_each_wake
//! verdict: wrong
//! message: waiters that were woken while the list was locked
//! rule: A waker is foreign code: it is cloned, woken and dropped with no lock held.
//! source: tokio #5429, mended by #5471, #5475, #5578; again by #8529, #8552, #8554, #8558, #8618
//!
//! The last batch is woken after the lock is released. The full ones are not: giving the lock up in
//! the middle of a loop and taking it again looks like asking for trouble. But the trouble comes from
//! a waker that comes back for the list, and waits for its own caller.

<<<<<<< solution
        while batch.can_push() {
            let waiters = list(&mut guard);
            let Some(first) = waiters.first() else {
                drop(guard);
                return batch.finish();
            };
            let state = state(first.state());
            batch.push(waiters.hand_to_first(state).flatten());
        }
        drop(guard);
        batch.wake();
        guard = relock(lock);
    }
=======
        let waiters = list(&mut guard);
        let Some(first) = waiters.first() else {
            break;
        };
        let state = state(first.state());
        batch.push(waiters.hand_to_first(state).flatten());
        if !batch.can_push() {
            batch.wake();
        }
    }
    drop(guard);
    batch.finish();
>>>>>>> wrong

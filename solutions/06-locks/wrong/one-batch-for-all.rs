//! exercise: 6.1
//! test: hand_to_all::more_wait_than_the_batch_holds
//! verdict: wrong
//! message: Each waiter in the list is handed the new state, and is woken once.
//! rule: Each waiter in the list is handed the new state, and is woken once.
//!
//! The loop asks whether there is room, as the batch wants to be asked, and ends when there is none.
//! Up to 32 waiters nothing is missing. The thirty-third sleeps for ever, and only under load.

<<<<<<< solution
    let mut batch = Batch::new();
    ⋮
    }
=======
    let mut batch = Batch::new();
    while batch.can_push() {
        let waiters = list(&mut guard);
        let Some(first) = waiters.first() else {
            break;
        };
        let state = state(first.state());
        batch.push(waiters.hand_to_first(state).flatten());
    }
    drop(guard);
    batch.finish();
>>>>>>> wrong

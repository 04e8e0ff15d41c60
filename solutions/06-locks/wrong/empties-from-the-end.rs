//! exercise: 6.1
//! test: hand_to_all::three_wait
//! verdict: wrong
//! message: the order of the wakes
//! rule: The waiter that came first is woken first.
//!
//! All of them are woken, so does the order matter? It is the order in which they will run, and in
//! which they come back for more. A list that is emptied from its end serves the tasks that have waited
//! longest last, again and again.

<<<<<<< solution
            batch.push(waiters.hand_to_first(state).flatten());
=======
            let Some(waker) = waiters.hand_to_last(state) else {
                unreachable!("there was a first one");
            };
            batch.push(waker);
>>>>>>> wrong

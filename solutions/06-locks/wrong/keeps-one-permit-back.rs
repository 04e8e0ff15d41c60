//! exercise: 6.5
//! test: hand_over::a_small_one_does_not_overtake_a_big_one
//! verdict: wrong
//! message: who came after A
//! rule: The task that came first is served first, however many permits it wants.
//!
//! No permit lies idle: if the first task wants more than there is, it gets its part, and one is kept
//! for a task that is content with one. That is good for the many. But the task that wants three may
//! wait for ever, because there is always another one that wants one.

<<<<<<< solution
        while let Some(first) = waiters.first() {
            let missing = first.state();
            if n < missing {
                first.set_state(missing - n);
                n = 0;
                break;
            }
            n -= missing;
            batch.push(waiters.hand_to_first(0).flatten());
=======
        while n > 0
            && let Some(first) = waiters.first()
        {
            let missing = first.state();
            if missing <= n {
                n -= missing;
                batch.push(waiters.hand_to_first(0).flatten());
            } else {
                first.set_state(missing - n + 1);
                n = 0;
                batch.push(waiters.hand_to_last(0).flatten());
            }
>>>>>>> wrong

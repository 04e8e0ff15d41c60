//! exercise: 2.9
//! test: poll_a_task::woken_while_polled_waits_its_turn
//! verdict: wrong
//! message: the order of polls: "AAABBB", but expected "ABABAB"
//! rule: A task that is woken while it is being polled goes back into the queue, and is not polled on the spot.
//!
//! The task was woken while it was polled, and the ticket is at hand: why take the way through the queue? Because other
//! tasks wait there. A task that wakes itself at each poll would keep them waiting until it is done.

<<<<<<< solution
                Notified { task: Some(task) }.schedule();
            }
            return Ran::Pending;
=======
                return Notified { task: Some(task) }.run();
            }
            return Ran::Pending;
>>>>>>> wrong

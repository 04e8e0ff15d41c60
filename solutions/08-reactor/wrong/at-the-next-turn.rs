//! exercise: 8.8
//! test: release::many_wake_the_owner
//! verdict: wrong
//! message: sleeps below
//! rule: The owner is woken to free what is kept when there is much of it, and not before.
//!
//! The driver frees all of it with its next turn, whenever that is. An owner that sleeps until the next event
//! may sleep for an hour. Meanwhile another thread may have closed a hundred thousand connections.

<<<<<<< solution
        count == TOO_MANY
=======
        let _ = count == TOO_MANY;
        false
>>>>>>> wrong

//! exercise: 6.8
//! test: barrier::a_late_poll_in_the_next_round
//! verdict: wrong
//! message: A is still waiting, though all have arrived
//! rule: A wake is a reason to look: a task that waits passes with its own round.
//!
//! The leader sets the count back to zero, so a count of zero means that all have arrived, and no
//! round needs a number. But it is zero only until a task arrives for the next round. A task that
//! is polled a little late finds a one there, and stays for a round that it has not come for.

<<<<<<< solution
            if self.lock().generation != generation {
=======
            if self.lock().arrived == 0 {
>>>>>>> wrong
<<<<<<< solution
            round.generation
        };
=======
        };
>>>>>>> wrong
<<<<<<< solution
        let generation = {
=======
        {
>>>>>>> wrong

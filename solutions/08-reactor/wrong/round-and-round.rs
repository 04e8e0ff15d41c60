//! exercise: 8.15
//! test: turns::smol_122_an_owner_that_finds_the_turn_taken
//! verdict: wrong
//! message: sleeps below
//! rule: An owner that finds the turn taken sleeps below, and does not ask again and again.
//! source: smol #122
//!
//! The turn is taken, so there is nothing to wait on, and the scheduler may as well look for work and come back. It comes back
//! at once, and finds the same. As long as the other thread has the turn, an idle program keeps a core busy.

<<<<<<< solution
            Turn::Taken if !is_notified => {
                state.does_owner_wait = true;
                state.asleep = Asleep::Below;
                drop(state);
                self.sleep_below(timeout);
            }
            other => state.turn = other,
=======
            other => state.turn = other,
>>>>>>> wrong

//! exercise: 9.8
//! test: interval::three_ways_to_go_on
//! verdict: wrong
//! message: Burst
//! rule: What follows a missed tick is for the owner to say.
//!
//! The next tick comes a period from now: that is what a loop around `sleep` does. Each tick that is
//! a little late makes all others later, and one that is very late makes the ticks that were missed
//! disappear, though the owner may have asked for all of them.

<<<<<<< solution
        let next = match now.duration_since(due) <= TOLERANCE {
            true => due.saturating_add(self.period),
            false => self.missed_tick_behavior.next(due, now, self.period),
        };
=======
        let next = now.saturating_add(self.period);
>>>>>>> wrong

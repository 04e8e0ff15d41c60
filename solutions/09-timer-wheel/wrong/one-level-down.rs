//! exercise: 9.2
//! test: wheel::at_the_edges_of_the_levels
//! verdict: wrong
//! message: was not handed out at 4096
//! rule: A timer is handed out when it is due, not before and not after.
//!
//! A slot of a level spans as much as a turn of the level below, so its timers are spread over that
//! one. For most of them this is their place. One that is due at the very begin of the slot has a 0
//! there, and in the levels below as well: slot 0 of this level is where `elapsed` is now, so it has
//! been entered, and is not looked at again.

<<<<<<< solution
            // SAFETY: as above, and now it is in no list.
            unsafe { self.link(timer, when) };
=======
            let below = level - 1;
            // SAFETY: as above, and now it is in no list.
            unsafe { self.levels[below].push(digit(when, below), timer) };
>>>>>>> wrong

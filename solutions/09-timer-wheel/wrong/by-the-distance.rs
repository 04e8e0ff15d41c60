//! exercise: 9.1
//! test: levels::one_tick_over_each_edge
//! verdict: wrong
//! message: the level of 64, as seen from 63: 0, but expected 1
//! rule: The level is the place of the highest digit, in base 64, in which the deadline and `elapsed` differ.
//!
//! A timer that is near belongs to a fine slot, and how near it is says the distance. But a slot is
//! named by a digit, and one tick after 63 the digit is 0 again. Slot 0 of level 0 has passed in this
//! turn of the level, so the timer waits for the next turn, which no cascade brings it to.

<<<<<<< solution
    let differing = (elapsed ^ when) | 1;
=======
    let differing = (when - elapsed) | 1;
>>>>>>> wrong

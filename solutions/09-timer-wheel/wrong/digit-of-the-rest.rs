//! exercise: 9.1
//! test: levels::six_deadlines_from_one_moment
//! verdict: wrong
//! message: the slot of
//! rule: The slot is the deadline's digit at the place of its level.
//!
//! So many slots from now: that is the distance, in slots of this level. It would be right if slots
//! were counted from now on. They are counted from the begin of the level's turn, so that a timer
//! stays in its slot while the time goes on.

<<<<<<< solution
        slot: digit(when, level),
=======
        slot: digit(when - elapsed, level),
>>>>>>> wrong

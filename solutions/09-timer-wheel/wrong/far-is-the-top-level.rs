//! exercise: 9.1
//! test: levels::a_short_sleep_after_a_long_time
//! verdict: wrong
//! message: the level of 68719476736, as seen from 68719476735: 5, but expected 6
//! rule: What differs in a digit above the sixth is far.
//! source: tokio #8334, in a wheel whose top level goes round
//!
//! Six levels there are, so what would be in a seventh goes to the sixth. That is meant for timers of
//! many years. But two ticks before the top level comes round, a sleep of two milliseconds differs in
//! the seventh digit as well. It goes to slot 0 of the top level, which has passed: it is late by two
//! years, or the lists are damaged on the way.

<<<<<<< solution
    let level = ((differing.ilog2() / DIGIT) as usize).min(LEVELS);
=======
    let level = ((differing.ilog2() / DIGIT) as usize).min(LEVELS - 1);
>>>>>>> wrong

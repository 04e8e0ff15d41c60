//! exercise: 9.8
//! test: interval::a_little_late_is_not_missed
//! verdict: wrong
//! message: ticks: [(10, 15), (
//! rule: What follows a missed tick is for the owner to say.
//!
//! A tick that is taken after it was due was missed. By this all ticks are missed: a timer is never
//! early, so it is a little late each time. With `Delay` the interval then falls behind by some
//! microseconds in every period.

<<<<<<< solution
        let next = match now.duration_since(due) <= TOLERANCE {
=======
        let next = match now.duration_since(due).is_zero() {
>>>>>>> wrong

<<<<<<< solution
/// How late a tick may be before one counts as missed: less than this is how timers are.
const TOLERANCE: Duration = Duration::from_millis(5);
=======
>>>>>>> wrong

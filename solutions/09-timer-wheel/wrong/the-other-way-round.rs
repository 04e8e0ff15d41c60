//! exercise: 9.2
//! test: wheel::first_come_first_served
//! verdict: wrong
//! message: numbers: [4, 3, 2, 1, 0]
//! rule: Timers of one tick are handed out in the order in which they came.
//!
//! Which of them is linked first looks like a matter of taste. A list is filled at the front and
//! emptied at the back. Emptied at the front, it is turned round with each level that a timer comes
//! through, so that the order depends on how far away the timers were when they came.

<<<<<<< solution
        while let Some(timer) = timers.pop_back() {
=======
        while let Some(timer) = timers.pop_front() {
>>>>>>> wrong

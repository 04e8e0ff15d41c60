//! exercise: 9.9
//! test: wheel::a_timer_that_comes_between_two_calls
//! verdict: wrong
//! message: what `insert` said
//! rule: What is due already is refused, and nothing else is.
//!
//! The timer is handed out because `now` has come; so the wheel has come to `now`. But between two calls other
//! timers may be inserted, and `now` is not reached until the last timer before it was handed out. One whose
//! deadline lies between the two is refused, though the wheel has not come to it.

<<<<<<< solution
        self.elapsed = *first.key();
=======
        self.elapsed = self.elapsed.max(now);
>>>>>>> wrong

//! exercise: 9.9
//! test: wheel::as_a_sorted_map
//! verdict: wrong
//! message: elapsed
//! rule: When nothing more is due, the wheel has come to the time it was asked for.
//!
//! Nothing was due, so nothing has changed. But the time has: the wheel still believes that it is as late as its
//! last timer was. A timer that comes next, and that is due already, is not refused then. Its future is told to
//! wait for a tick that has passed.

<<<<<<< solution
            self.elapsed = self.elapsed.max(now);
            return None;
=======
            return None;
>>>>>>> wrong

//! exercise: 8.1
//! test: clear::a_report_in_between
//! verdict: wrong
//! message: what is known: Ready { is_readable: false
//! rule: Clear What Was Seen: a clear takes away nothing that was reported since the look.
//!
//! If something new had come, the facts would be others than those that were seen. But *readable* was
//! reported before and is reported again: two reports, and one bit. A comparison of values cannot tell that
//! a value was written anew.

<<<<<<< solution
            let is_unchanged = word / TICK == seen.0 / TICK;
=======
            let is_unchanged = word & READY == seen.0 & READY;
>>>>>>> wrong

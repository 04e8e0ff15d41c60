//! exercise: 8.1
//! test: clear::tokio_6133_and_8331_an_old_clear_does_not_match
//! verdict: wrong
//! message: after 256 reports and an old clear
//! rule: Clear What Was Seen: a clear takes away nothing that was reported since the look.
//! source: tokio #6133, tokio #8331
//!
//! A byte is enough to tell one report from the next. It is not enough to tell a report from the 256th after
//! it, and a task that is not polled for a while may be that late. In tokio the tick was a byte until 2023.
//! Then it got 15 bits, and the comparison went on to look at 8 of them, until 2026.

<<<<<<< solution
            let is_unchanged = word / TICK == seen.0 / TICK;
=======
            let is_unchanged = (word / TICK) as u8 == (seen.0 / TICK) as u8;
>>>>>>> wrong

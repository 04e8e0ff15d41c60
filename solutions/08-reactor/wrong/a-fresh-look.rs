//! exercise: 8.2
//! test: directions::a_report_in_between
//! verdict: wrong
//! message: what is known
//! rule: Clear What Was Seen: a clear takes away nothing that was reported since the look.
//!
//! The tick that the event carries is old by now, so a new one is read. It always matches: it was read a
//! moment ago. A tick tells what happened between the look and the clear only if the look came before the
//! try.

<<<<<<< solution
                let seen = event.seen[direction as usize];
=======
                let seen = self.readiness(direction).load();
>>>>>>> wrong

//! exercise: 8.11
//! test: directions::a_report_in_between
//! verdict: wrong
//! message: what is known
//! rule: Clear What Was Seen: a clear takes away nothing that was reported since the look.
//!
//! The lock makes the clear one step, so what can go wrong? It is one step now, and the look was another one, before the
//! operation was tried. A report that came in between is cleared with what was seen, and no other will come.

<<<<<<< solution
            let is_unchanged = state.known.reports[at] == event.known.reports[at];
            if event.concerns(direction) && is_unchanged {
=======
            if event.concerns(direction) {
>>>>>>> wrong

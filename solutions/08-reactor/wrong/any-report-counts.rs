//! exercise: 8.11
//! test: directions::tokio_8054_a_report_of_the_other_direction_does_not_keep_a_clear_away
//! verdict: wrong
//! message: what is known
//! rule: A report about one direction does not keep the other from being cleared.
//! source: tokio #8054
//!
//! Everything is in one record, so it seems enough to ask whether the record has changed. But room to write says nothing
//! about what there is to read. A reader whose clear fails tries again, finds nothing again, and is busy for as long as
//! the writer has reports.

<<<<<<< solution
            let is_unchanged = state.known.reports[at] == event.known.reports[at];
=======
            let is_unchanged = state.known.reports == event.known.reports;
>>>>>>> wrong

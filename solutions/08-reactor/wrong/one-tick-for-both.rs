//! exercise: 8.2
//! test: directions::tokio_8054_a_report_of_the_other_direction_does_not_keep_a_clear_away
//! verdict: wrong
//! message: what is known
//! rule: A report about one direction does not keep the other from being cleared.
//! source: tokio #8054
//!
//! If any report came since the look, nothing is cleared: that cannot lose one. But a report about room to
//! write says nothing about what there is to read. The reader still believes that there is something, tries,
//! finds nothing, cannot clear, and tries again. As long as the other side keeps reading, this task uses a
//! whole core.

<<<<<<< solution
        for direction in [Direction::Read, Direction::Write] {
            if event.concerns(direction) {
=======
        let now = self.readiness.each_ref().map(Readiness::load);
        let is_changed = now != event.seen;
        for direction in [Direction::Read, Direction::Write] {
            if event.concerns(direction) && !is_changed {
>>>>>>> wrong

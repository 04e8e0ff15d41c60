//! exercise: 8.4
//! test: poll_io::what_is_left_is_read_without_a_report
//! verdict: wrong
//! message: there is more to read, no report will say so
//! rule: An operation that found something clears nothing: there may be more.
//!
//! The report was used, so it is taken away, and the next read waits for the next report. With poll(2), which
//! reports what *is*, that works. This queue reports what *becomes*: six bytes are left, and the system has
//! said all that it has to say about them.

<<<<<<< solution
                result => {
                    proceed.made_progress();
=======
                result => {
                    self.clear(event);
                    proceed.made_progress();
>>>>>>> wrong

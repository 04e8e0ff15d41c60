//! exercise: 8.14
//! test: evented::a_read_that_is_cut_short
//! verdict: wrong
//! message: it asks the system, though the read before it has taken all there was
//! rule: After a read or a write that was cut short, the next one waits for a report.
//!
//! Nothing is lost here. Each message costs a read that brings it, and a second one that fails with *would block*: one call of
//! the system of three, for every message of every connection.

<<<<<<< solution
                Ok(length) => Self::is_last(direction, event, *length, asked),
=======
                Ok(length) => *length > MOST && Self::is_last(direction, event, *length, asked),
>>>>>>> wrong

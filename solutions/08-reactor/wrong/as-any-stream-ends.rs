//! exercise: 8.14
//! test: evented::a_stream_whose_reads_end_early
//! verdict: wrong
//! message: the part behind it
//! rule: A call that may find something is not spared.
//!
//! Less than was asked for came, so nothing is left. On a Unix socket a read also ends where a descriptor was sent along, and
//! the bytes behind it are there already. No report will speak of them.

<<<<<<< solution
            Direction::Read => !S::SHORT_READ_IS_LAST || event.is_priority(),
=======
            Direction::Read => event.is_priority(),
>>>>>>> wrong

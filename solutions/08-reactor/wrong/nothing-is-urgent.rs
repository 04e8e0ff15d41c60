//! exercise: 8.13
//! test: faults::a_read_that_an_urgent_byte_cuts_short
//! verdict: hangs
//! message: the program has not come to its end
//! rule: A read or a write that was cut short clears what was seen, and nothing else.
//!
//! The kind of the stream says whether a short read is the last. But there is a byte that is sent beside the others, and a read ends
//! before it, on any TCP stream. What comes behind it has been reported, and would be cleared unread.

<<<<<<< solution
            Direction::Read => !S::SHORT_READ_IS_LAST || event.is_priority(),
=======
            Direction::Read => !S::SHORT_READ_IS_LAST,
>>>>>>> wrong

//! exercise: 8.14
//! test: evented::a_read_before_an_urgent_byte
//! verdict: wrong
//! message: what the reads found
//! rule: A call that may find something is not spared.
//!
//! The kind of the stream says whether a short read is the last. But there is a byte that is sent beside the others, and a read ends
//! before it, on any TCP stream. What comes behind it has been reported, and would be cleared unread.

<<<<<<< solution
            Direction::Read => !S::SHORT_READ_IS_LAST || event.is_priority(),
=======
            Direction::Read => !S::SHORT_READ_IS_LAST,
>>>>>>> wrong

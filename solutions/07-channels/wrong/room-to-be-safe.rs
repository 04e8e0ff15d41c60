//! exercise: 7.8
//! test: log_pipeline::no_more_is_read_than_there_is_room_for
//! verdict: wrong
//! message: there is room for 7 in between
//! rule: A stage has one line in hand, and a channel has room for a few: no more is read until the writer takes some.
//!
//! The sources differ, so a worker gets a channel in which it can never be short of work. All tests of order and of
//! the end pass. But the channel takes whatever is read, so the slow writer slows down no stage before it, and a long log lies in
//! memory.

<<<<<<< solution
            let (sender, receiver) = channel(head.room);
=======
            let (sender, receiver) = channel(100_000);
>>>>>>> wrong

//! exercise: 8.10
//! test: duplex::a_pipe_has_room_for_so_much
//! verdict: wrong
//! message: wakes of the writer
//! rule: No more is on its way than there is room for.
//!
//! A write brings something, so it wakes the reader. A read brings nothing, so no task need be woken. But it makes room,
//! and a writer that found none waits for just that. Each of the two wakes the other.

<<<<<<< solution
        let theirs = if done.is_some() {
            both[direction].ends[1 - side].waker.take()
        } else {
=======
        let theirs = if done.is_some() {
            match side {
                WRITER => both[direction].ends[READER].waker.take(),
                _ => None,
            }
        } else {
>>>>>>> wrong

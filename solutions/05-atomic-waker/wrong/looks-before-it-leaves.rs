//! exercise: 5.9
//! test: receive::a_value_that_comes_during_the_poll_is_returned
//! verdict: wrong
//! message: the value came during the poll, the poll returned Pending
//! rule: A value that comes during a poll is returned, or the task is woken.
//!
//! The poll looked, and there was nothing; then it leaves its waker. Both steps take the lock, so what can
//! go wrong? The lock is free between them. A value that comes there finds no waker to wake, and the channel
//! has ended when the waker comes. A lock keeps others out of a step, and not out of the gap between two.

<<<<<<< solution
            // A value may have come before the waker was there.
            taken = self.take();
=======
>>>>>>> wrong

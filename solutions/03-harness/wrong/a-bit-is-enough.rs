//! exercise: 3.2
//! test: loom_notified::a_task_that_is_queued_is_woken
//! verdict: wrong
//! message: the value that was stored before the wake, in the poll that answers it
//! rule: After a wake, a poll begins that sees all that was done before it.
//!
//! Each change of a word by `compare_exchange` is one step, with any ordering: no bit is lost, and no wake. But the bit
//! is the smaller half of a wake. Without Release the poll that comes may read what was there before the message.

<<<<<<< solution
        self.update(AcqRel, |current| {
=======
        self.update(Acquire, |current| {
>>>>>>> wrong

//! exercise: 8.14
//! test: evented::reads_that_may_leave_something
//! verdict: wrong
//! message: four more
//! rule: A call that may find something is not spared.
//!
//! Four bytes were asked for, and four came, so all is well. But there may be a fifth: the read has ended because its buffer was
//! full. What was reported is cleared, the system has said all it had to say, and the fifth byte is never read.

<<<<<<< solution
        let is_short = asked.is_some_and(|asked| length < asked) && 0 < length && length < MOST;
=======
        let is_short = asked.is_some_and(|asked| length <= asked) && 0 < length && length < MOST;
>>>>>>> wrong

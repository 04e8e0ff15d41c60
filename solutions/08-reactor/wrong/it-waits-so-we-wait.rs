//! exercise: 8.13
//! test: copies::a_flush_before_the_wait
//! verdict: wrong
//! message: tasks that wait for the flush
//! rule: While the reader has nothing, what was written is flushed.
//!
//! The reader has nothing, so the copy waits, and it flushes at the end. But the writer may have a buffer, and the last
//! request is in it. The other side waits for that request, and this one for the answer. Both wait for ever.

<<<<<<< solution
            if self.is_unflushed {
=======
            if self.is_unflushed && self.stage != Stage::Reading {
>>>>>>> wrong

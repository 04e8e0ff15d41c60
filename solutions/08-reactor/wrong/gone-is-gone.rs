//! exercise: 8.10
//! test: duplex::a_pipe_ends
//! verdict: wrong
//! message: what was left
//! rule: An end is passed on, and a broken end is told.
//!
//! The writer is gone, so the reader is at the end. But the writer may have left something behind: a client writes its
//! last words and hangs up, and its bytes are still on their way. The end comes after the last byte, and not before.

<<<<<<< solution
        let rest = &self.bytes[self.taken..];
        if rest.is_empty() && !buffer.is_empty() {
            return self.ends[WRITER].is_gone.then_some(Ok(0));
        }
=======
        if self.ends[WRITER].is_gone {
            return Some(Ok(0));
        }
        let rest = &self.bytes[self.taken..];
        if rest.is_empty() && !buffer.is_empty() {
            return None;
        }
>>>>>>> wrong

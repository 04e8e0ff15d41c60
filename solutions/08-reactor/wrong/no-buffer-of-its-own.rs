//! exercise: 8.13
//! test: copies::a_copy_buf_flushes_before_it_waits
//! verdict: wrong
//! message: tasks that wait for the flush
//! rule: While the reader has nothing, what was written is flushed.
//!
//! This copy has no buffer of its own, so nothing can be stuck in it. But the writer may have one. While the reader has nothing, the
//! last request stays there, and the answer to it does not come.

<<<<<<< solution
                if flushed < copied {
                    ready!(Pin::new(&mut *writer).poll_flush(cx))?;
                    flushed = copied;
                }
                return Poll::Pending;
=======
                return Poll::Pending;
>>>>>>> wrong

<<<<<<< solution
    let mut flushed = 0;
=======
>>>>>>> wrong

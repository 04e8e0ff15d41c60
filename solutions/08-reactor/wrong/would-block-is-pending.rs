//! exercise: 8.4
//! test: poll_io::would_block_waits_for_the_next_report
//! verdict: wrong
//! message: wakers left
//! rule: A poll that returns Pending has left its waker, and nothing is known.
//!
//! *Would block* in the words of the system is `Pending` in the words of a future. But `poll_ready` has just
//! said *ready*, and so it has kept no waker. The task sleeps, and no code knows how to wake it.

<<<<<<< solution
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => self.clear(event),
=======
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    self.clear(event);
                    return Poll::Pending;
                }
>>>>>>> wrong

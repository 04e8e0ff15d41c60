//! exercise: 8.4
//! test: poll_io::would_block_waits_for_the_next_report
//! verdict: wrong
//! message: wakes without a report
//! rule: A poll that returns Pending has left its waker, and nothing is known.
//!
//! Some code must wake the task, so it wakes itself. It is polled again at once, tries again, and wakes
//! itself again: the busy loop of the page's beginning, by way of the scheduler.

<<<<<<< solution
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => self.clear(event),
=======
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    self.clear(event);
                    cx.waker().wake_by_ref();
                    return Poll::Pending;
                }
>>>>>>> wrong

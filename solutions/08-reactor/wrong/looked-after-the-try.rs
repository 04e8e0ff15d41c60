//! exercise: 8.4
//! test: poll_io::a_report_during_the_try
//! verdict: wrong
//! message: cleared with it
//! rule: What came during a try is not cleared by it: the operation is tried again.
//!
//! What is known has to be cleared, and what is known is asked for now. If a report came during the try, this
//! look sees it, with its new tick, and the clear takes it away.

<<<<<<< solution
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => self.clear(event),
=======
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    let interest = match direction {
                        Direction::Read => Interest::READABLE,
                        Direction::Write => Interest::WRITABLE,
                    };
                    self.clear(self.look(interest));
                }
>>>>>>> wrong

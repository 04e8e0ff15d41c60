//! exercise: 8.11
//! test: waiters::one_that_was_called_in_vain_waits_again
//! verdict: wrong
//! message: wakes of the second
//! rule: A report wakes each task that waits for it, once, and no other.
//!
//! A wait that has a number was listed, so it need not be listed again. But the report took its entry out. Another task was
//! faster, and read what there was. This one finds nothing, says `Pending`, and is in no list: no report will wake it.

<<<<<<< solution
                None => {
                    self.number = Some(state.next);
=======
                None if self.number.is_some() => Some(waker),
                None => {
                    self.number = Some(state.next);
>>>>>>> wrong

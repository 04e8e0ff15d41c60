//! exercise: 9.11
//! test: clock::the_end_of_time
//! verdict: wrong
//! message: it went back
//! rule: Never Back: no clock shows an earlier time than before.
//!
//! The sum cannot overflow, since it saturates. But what the clock shows has to become an `Instant`, and the system cannot name one
//! so far away. What is shown then, in place of it, is an earlier time than before.

<<<<<<< solution
        if stands && self.origin.checked_add(later).is_some() {
=======
        if stands {
>>>>>>> wrong

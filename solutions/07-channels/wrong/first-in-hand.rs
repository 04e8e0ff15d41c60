//! exercise: 7.7
//! test: mpsc_regressions::a_waker_that_panics_costs_no_value
//! verdict: wrong
//! message: values in the channel
//! rule: A value is there until it is returned, also if a sender's waker panics.
//!
//! The value is taken out, and then its room is free: so one would write it down. But to free room may wake a
//! sender, and its waker is foreign code. If it panics, the receiver's call ends there, with the value in its
//! hand, and the value is dropped. A program that catches panics goes on and never sees it.

<<<<<<< solution
        // The waker of a sender may panic here, and the value has to be there for the next call.
        if !self.has_freed {
            self.has_freed = true;
            self.chan.room.free(1);
        }
        self.has_freed = false;
        match self.pop() {
            Some(value) => Next::Value(value),
=======
        match self.pop() {
            Some(value) => {
                self.chan.room.free(1);
                Next::Value(value)
            }
>>>>>>> wrong

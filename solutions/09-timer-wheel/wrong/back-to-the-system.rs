//! exercise: 9.11
//! test: clock::pause_and_resume
//! verdict: wrong
//! message: it went back as it was resumed
//! rule: Never Back: no clock shows an earlier time than before.
//!
//! The clock runs again, so it shows the system's time again. But while it was paused it was moved, by a thousand seconds, say.
//! The system's time is behind that. Timers that were fired are in the future again, and an interval computes a duration that is
//! negative.

<<<<<<< solution
            hand.since = Some(StdInstant::now());
=======
            hand.shown = Duration::ZERO;
            hand.since = Some(self.origin);
>>>>>>> wrong

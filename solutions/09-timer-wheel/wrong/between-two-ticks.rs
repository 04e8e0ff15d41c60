//! exercise: 9.11
//! test: clock::pause_and_resume
//! verdict: wrong
//! message: but expected 1ms
//! rule: A paused clock stands still until it is advanced.
//!
//! It stops where it is, some hundred microseconds after a tick. A timer is never early, so a sleep of one millisecond ends at the
//! first tick that is not before its deadline, and the clock moves on to that tick. The test that asks how long it slept sees more than a
//! millisecond, and each time another number.

<<<<<<< solution
            let next_tick = tick::begin(tick::at_or_after(shows));
=======
            let next_tick = shows;
>>>>>>> wrong

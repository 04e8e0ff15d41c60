//! exercise: 9.11
//! test: clock::what_is_out_of_order_is_said
//! verdict: wrong
//! message: it was not paused
//! rule: Only a running clock is paused, and only a paused one is advanced or resumed.
//!
//! A clock that runs is not moved, so the call does nothing, and does no harm. But the test that makes it has forgotten to pause
//! the clock, and goes on as if an hour had passed. It fails somewhere else, or it passes and has tested nothing.

<<<<<<< solution
        drop(hand);
        assert!(stands, "time is not frozen");
=======
        drop(hand);
>>>>>>> wrong

//! exercise: 9.5
//! test: loom_cancel::a_drop_against_a_fire
//! verdict: wrong
//! message: neither in the wheel nor fresh
//! rule: A timer that is dropped while it is fired is fired or taken out, and not both.
//!
//! `drop` has looked at the state: the timer is in a list, and so it is taken out. But `drop` looked
//! without the lock, and then it waited for the lock. Meanwhile the driver has fired the timer, which
//! is in no list any more.

<<<<<<< solution
        if !matches!(waiting.state(), FIRED | SHUT_DOWN) {
=======
        {
>>>>>>> wrong

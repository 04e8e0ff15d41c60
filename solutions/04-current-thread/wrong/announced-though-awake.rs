//! exercise: 4.2
//! test: announce::nobody_unparks_who_did_not_announce_a_sleep
//! verdict: wrong
//! message: unparks: 1, but expected 0
//! rule: A scheduler that does not sleep is not unparked.
//!
//! Announce the sleep, look, and stay awake if there was something: in this order no push is
//! missed. But the announcement is not taken back. The next push unparks a scheduler that is awake,
//! and since an unpark is kept, it ends the next sleep for nothing.

<<<<<<< solution
        remote.0.is_parked = remote.0.inject.is_empty();
        remote.0.is_parked
=======
        remote.0.is_parked = true;
        remote.0.inject.is_empty()
>>>>>>> wrong

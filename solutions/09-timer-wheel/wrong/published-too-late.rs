//! exercise: 9.6
//! test: loom_sleep::an_earlier_timer_against_a_park
//! verdict: wrong
//! message: deadlock
//! rule: Published With The Lock: a timer that comes later sees how long the owner sleeps.
//! source: tokio #6682
//!
//! The next expiration is known, the lock is released, and how long we will sleep is noted just
//! before we do. A timer that comes between the two finds an owner that is awake, and will look before
//! it sleeps: so it unparks nothing. It is due long before the owner wakes up.

<<<<<<< solution
        let next = state.wheel.next_expiration();
        state.asleep_until = Some(next.unwrap_or(u64::MAX));
        drop(state);
=======
        let next = state.wheel.next_expiration();
        drop(state);
        shared.lock().asleep_until = Some(next.unwrap_or(u64::MAX));
>>>>>>> wrong

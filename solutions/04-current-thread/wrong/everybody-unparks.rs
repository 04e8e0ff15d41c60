//! exercise: 4.2
//! test: announce::a_push_after_the_announcement_ends_the_sleep
//! verdict: wrong
//! message: unparks: 0, but expected 1
//! rule: A push that comes after the announcement ends the sleep.
//!
//! In tokio every push unparks the scheduler, and an unpark is kept: then it is enough to look, and
//! a push that comes later ends the sleep. Here a push unparks only a scheduler that has said that
//! it sleeps. This one never says so.

<<<<<<< solution
        let mut remote = self.lock();
        remote.0.is_parked = remote.0.inject.is_empty();
        remote.0.is_parked
=======
        self.lock().0.inject.is_empty()
>>>>>>> wrong

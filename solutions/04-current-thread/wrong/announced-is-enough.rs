//! exercise: 4.2
//! test: announce::a_push_before_the_announcement_is_seen
//! verdict: wrong
//! message: a sleep was announced beside a task that is due
//! rule: The scheduler does not go to sleep beside a task that is due.
//!
//! We are here because the scheduler has just looked, and there was nothing. So only the
//! announcement is left to do. But just now is not now: a push since then found a scheduler that
//! was awake, and did not unpark it.

<<<<<<< solution
        let mut remote = self.lock();
        remote.0.is_parked = remote.0.inject.is_empty();
        remote.0.is_parked
=======
        self.lock().0.is_parked = true;
        true
>>>>>>> wrong

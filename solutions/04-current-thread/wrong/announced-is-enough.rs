//! exercise: 4.2
//! test: announce::a_push_before_the_announcement_is_seen
//! verdict: wrong
//! message: a sleep was announced beside a task that is due
//! rule: Nobody goes to sleep beside a task that is due.
//!
//! We are here because the scheduler has just looked, and there was nothing. So all that is left is
//! to say that it sleeps. Just now is not now: what was pushed since then found a scheduler that
//! was awake, and unparked nobody.

<<<<<<< solution
        let mut remote = self.lock();
        remote.0.is_parked = remote.0.inject.is_empty();
        remote.0.is_parked
=======
        self.lock().0.is_parked = true;
        true
>>>>>>> wrong

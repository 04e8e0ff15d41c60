//! exercise: 1.3
//! test: unpark::a_wake_is_noted
//! verdict: wrong
//! message: a thread that looks finds no wake
//! rule: A wake is noted, so that a thread that was not parked finds it.
//!
//! `unpark` stores a token, so what is the flag for? The token belongs to the thread and not to
//! this waker. Any other code that parks on the thread takes it, for example the `recv` of a channel, and then
//! no trace of the wake is left.

<<<<<<< solution
        // ORDERING: Release, with the Acquire in `take_wake`.
        self.woken.store(true, Release);
=======
>>>>>>> wrong

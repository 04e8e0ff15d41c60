//! exercise: 9.6
//! test: driver::after_the_sleep_it_is_awake
//! verdict: wrong
//! message: unparks by a timer of an awake owner: 1, but expected 0
//! rule: A timer that is due before the owner wakes up unparks it, and no other one does.
//!
//! The next sleep overwrites it, so why write it twice? Until then every timer that is made believes
//! that the owner sleeps, on this very thread too. Each goes straight to the wheel, though most are
//! dropped before the turn ends, and the early ones unpark a thread that is awake: its next sleep
//! ends at once, for nothing.

<<<<<<< solution
        let mut state = shared.lock();
        state.asleep_until = None;
        drop(shared.process(state));
=======
        drop(shared.process(shared.lock()));
>>>>>>> wrong

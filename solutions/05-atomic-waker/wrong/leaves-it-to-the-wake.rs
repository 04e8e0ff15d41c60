//! exercise: 5.1
//! test: register::a_registration_during_a_wake_wakes_itself
//! verdict: wrong
//! message: wakes of B: 0
//! rule: A registration that finds a wake going on wakes its own waker.
//!
//! The place is in use, so the thread that uses it will see to our waker. That is true of another
//! registration, and not of a wake. A wake has come for the waker that was there before, and knows
//! nothing of ours. Our task returns Pending, with its waker nowhere.

<<<<<<< solution
        let waker = waker.clone();
=======
        let waker = waker.clone();
        if self
            .state
            .compare_exchange(WAITING, REGISTERING, Acquire, Acquire)
            .is_err()
        {
            return;
        }
        // SAFETY: the window is ours until the next exchange (One Window).
        let stale = unsafe { self.replace(Some(waker)) };
>>>>>>> wrong

<<<<<<< solution
            .compare_exchange(WAITING, REGISTERING, Acquire, Acquire)
        {
            Ok(_) => {
                // SAFETY: the window is ours until the next exchange (One Window).
                let stale = unsafe { self.replace(Some(waker)) };
                // ORDERING: Release, for the thread that takes the waker out of the slot. Acquire if
                // it fails, for the look, as above.
                match self
                    .state
                    .compare_exchange(REGISTERING, WAITING, Release, Acquire)
                {
                    // Foreign code again, and of another task: after the window.
                    Ok(_) => discard(stale),
                    Err(_) => self.wake_registered(stale),
                }
            }
            Err(WAKING) => {
                waker.wake();
                // The task is polled again at once, and then again, until the other thread is done:
                // let it go on.
                spin_loop();
            }
            // Another task is about to register. One of the two is replaced, and it is ours.
            Err(_) => {}
=======
            .compare_exchange(REGISTERING, WAITING, Release, Acquire)
        {
            Ok(_) => discard(stale),
            Err(_) => self.wake_registered(stale),
>>>>>>> wrong

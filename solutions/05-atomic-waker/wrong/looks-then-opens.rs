//! exercise: 5.1
//! test: loom_register::two_tasks_register_and_one_is_left
//! verdict: wrong
//! message: loom found an interleaving
//! rule: The slot belongs to the thread that changed WAITING to REGISTERING, until it changes it back.
//!
//! A look tells whether another thread is there, and a store opens the window. But between the two
//! another task may do the same. Then both are in the window: two threads write one slot.

<<<<<<< solution
        // ORDERING: Acquire: after this the caller looks, and must see what was done before the
        // wakes that are over (Release in `take_waker`). The same if it fails, for the wake that
        // goes on: we are woken, but so the look sees already what the next poll would.
        match self
            .state
            .compare_exchange(WAITING, REGISTERING, Acquire, Acquire)
        {
            Ok(_) => {
=======
        match self.state.load(Acquire) {
            WAITING => {
                self.state.store(REGISTERING, Release);
>>>>>>> wrong

<<<<<<< solution
            Err(WAKING) => {
⋮
            // Another task is about to register. One of the two is replaced, and it is ours.
            Err(_) => {}
=======
            WAKING => waker.wake(),
            _ => {}
>>>>>>> wrong

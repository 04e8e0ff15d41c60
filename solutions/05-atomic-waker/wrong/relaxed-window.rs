//! exercise: 5.1
//! test: loom_register::two_tasks_register_and_one_is_left
//! verdict: wrong
//! message: loom found an interleaving
//! rule: The slot belongs to the thread that changed WAITING to REGISTERING, until it changes it back.
//!
//! An exchange is an exchange: two threads cannot both succeed, so why order it? Because the slot
//! is not the word. Without Acquire and Release the second thread to open the window has it to
//! itself, and may still see the slot as it was before the first one wrote it.

<<<<<<< solution
        // Foreign code, and so before the window: it may panic, or call us.
        let waker = waker.clone();
=======
        use std::sync::atomic::Ordering::Relaxed;

        let waker = waker.clone();
>>>>>>> wrong

<<<<<<< solution
            .compare_exchange(WAITING, REGISTERING, Acquire, Acquire)
=======
            .compare_exchange(WAITING, REGISTERING, Relaxed, Relaxed)
>>>>>>> wrong

<<<<<<< solution
                    .compare_exchange(REGISTERING, WAITING, Release, Acquire)
=======
                    .compare_exchange(REGISTERING, WAITING, Relaxed, Relaxed)
>>>>>>> wrong

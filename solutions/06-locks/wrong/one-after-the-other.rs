//! exercise: 6.9
//! test: once_cell::others_wait_while_it_is_made
//! verdict: wrong
//! message: wakes of B and C: [1, 0], but expected [1, 1]
//! rule: When there is a value, all who wait are woken.
//!
//! The permit is dropped when the value is there, and so goes to the next in line, as with any
//! semaphore. But the others are not woken. And the woken one has asked for a permit in order to make
//! the value, and makes a second one: it looked for a value before it began to wait.

<<<<<<< solution
        // First the value, then the wakes: a task that finds the semaphore closed finds a value.
        self.right.close();
        permit.forget();
=======
        drop(permit);
>>>>>>> wrong
<<<<<<< solution
        debug_assert!(!self.initialized(), "Set For Ever: a value is written over");
=======
>>>>>>> wrong

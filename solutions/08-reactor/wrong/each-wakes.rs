//! exercise: 8.5
//! test: notify::the_second_has_nothing_to_do
//! verdict: wrong
//! message: where the second wakes it
//! rule: Of several that unpark one sleep, one wakes the owner.
//!
//! The owner sleeps, so it is woken. It takes a moment to wake up, and until then it still says that it
//! sleeps: each thread that spawns a task meanwhile makes a system call for nothing.

<<<<<<< solution
        if word & NOTIFIED != 0 {
            // The thread that left it wakes the owner.
            return Asleep::Nowhere;
        }
=======
>>>>>>> wrong

//! exercise: 8.8
//! test: release::a_few_wake_no_thread
//! verdict: wrong
//! message: sleeps below
//! rule: The owner is woken to free what is kept when there is much of it, and not before.
//!
//! There is something to free, so the driver is told. A server closes thousands of connections in a second.
//! Each of them would cost a system call, and a sleep that ends for nothing, to free 200 bytes.

<<<<<<< solution
        count == TOO_MANY
=======
        count > 0
>>>>>>> wrong

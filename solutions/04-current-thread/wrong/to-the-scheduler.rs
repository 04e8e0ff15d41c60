//! exercise: 4.7
//! test: root_wake::while_its_thread_waits_without_the_core
//! verdict: hangs
//! message: a wake of a root of `Handle::block_on`
//! rule: A wake ends the sleep of a thread that waits without the core, in `thread::park`.
//!
//! The scheduler is woken for each root. But the thread of this root does not run the scheduler: it waits in
//! `Handle::block_on`, beside another thread that drives, or with none. The scheduler wakes up for nothing, and the
//! root's thread sleeps on.

<<<<<<< solution
        if before & DRIVING == 0 {
            self.unpark();
            return;
        }
=======
>>>>>>> wrong

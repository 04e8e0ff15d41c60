//! exercise: 6.9
//! test: loom_once_cell::one_sets_and_one_looks
//! verdict: wrong
//! message: loom found an interleaving that fails
//! rule: A thread that sees that there is a value can read it.
//!
//! A flag is one word, and is set once, so no ordering seems to matter. On most machines where one
//! tries it, none does. But `Relaxed` promises nothing about the value that was written before the
//! flag: another thread may see the flag, and read what was there before the value.

<<<<<<< solution
        // ORDERING: Acquire, with the Release in `fill`: a thread that sees the flag sees the value.
        self.is_set.load(Acquire)
=======
        self.is_set.load(std::sync::atomic::Ordering::Relaxed)
>>>>>>> wrong

//! exercise: 5.3
//! test: loom_both_at_once::a_registration_after_two_wakes
//! verdict: wrong
//! message: has registered again and not seen all of the news
//! rule: A registration after several wakes sees what was done before each of them, no matter what closed the window meanwhile: a wake (5.2), or the registration before (5.3).
//!
//! The word says REGISTERING | WAKING, and no other thread will change it, so a store seems enough. But
//! a wake may come between the failed exchange and the store. It finds WAKING set, changes no bit,
//! and goes. Its news hangs on the word all the same. The store begins the word anew, and the
//! registration that follows does not see that news.

<<<<<<< solution
        // ORDERING: Release, for the next `register` and `take_waker`, as there. Acquire, for those
        // that came since the first wake: our caller's look sees already what the next poll would.
        // And it is a read-modify-write, so that the next `register` sees their news in any case.
        self.state.swap(WAITING, AcqRel);
=======
        self.state.store(WAITING, Release);
>>>>>>> wrong

//! exercise: 4.7
//! test: the_end::what_a_drop_defers_is_woken
//! verdict: wrong
//! message: wakes: 0, but expected 1
//! rule: A deferred wake may be somebody else's: none is lost.
//!
//! All tasks are shut down, so nobody here has any use for a wake that was put aside. But not every
//! waker is one of ours. A future that is polled here by hand, with a waker of another runtime,
//! gives way here too, and whoever waits for that wake is alive.

<<<<<<< solution
    context.wake_all_deferred();
=======
>>>>>>> wrong

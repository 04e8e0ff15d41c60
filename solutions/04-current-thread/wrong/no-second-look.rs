//! exercise: 4.9
//! test: loom_scheduler::a_root_is_woken_from_another_thread
//! verdict: wrong
//! message: an interleaving that fails: deadlock
//! rule: A push or a wake comes before the announced sleep and is seen, or after it and ends it.
//!
//! The root was not woken, a moment ago; then the sleep was announced; then the thread sleeps. A wake of the root between the look and the
//! announcement sets a bit, finds no sleep to end, and is done. The thread sleeps beside a root that is due.

<<<<<<< solution
        if !root.is_woken() {
            park.park();
            polls = 0;
        }
=======
        park.park();
        polls = 0;
>>>>>>> wrong

//! exercise: 4.9
//! test: loom_scheduler::a_core_that_is_not_wanted_is_offered_on
//! verdict: wrong
//! message: an interleaving that fails: deadlock
//! rule: A push or a wake comes before the announced sleep and is seen, or after it and ends it.
//!
//! There is one core, so it is enough to tell one thread. But the one that is told may be on its way out: its own future was ready at that
//! moment. It never comes for the core, and the thread that was not told sleeps beside tasks which no thread runs.

<<<<<<< solution
        for root in roots {
            root.tell();
        }
=======
        if let Some(root) = roots.first() {
            root.tell();
        }
>>>>>>> wrong

//! exercise: 8.15
//! test: two_sleeps::a_driver_without_sources_sleeps_on_what_is_below
//! verdict: wrong
//! message: sleeps below, after an unpark
//! rule: An Unpark Is Kept: an owner that was unparked does not sleep.
//!
//! An owner that does not sleep need not be woken, so there is nothing to do. But it may have looked for work a moment ago,
//! and be on its way to sleep. An unpark is not only a wake: it says that the owner has to look once more.

<<<<<<< solution
        if std::mem::replace(&mut state.is_notified, true) {
            // The thread that left it wakes the owner.
            return;
        }
=======
        if state.asleep == Asleep::Nowhere || std::mem::replace(&mut state.is_notified, true) {
            return;
        }
>>>>>>> wrong

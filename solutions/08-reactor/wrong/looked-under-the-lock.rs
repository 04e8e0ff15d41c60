//! exercise: 8.15
//! test: loom_unpark::on_the_way_to_a_sleep_below
//! verdict: wrong
//! message: deadlock
//! rule: An Unpark Is Kept: it ends the owner's sleep, wherever that is, and then the owner sees what was done before.
//!
//! The look is under the lock, and so is the announcement. But they are two steps, since the lock is free in between. An unpark that
//! comes there finds an owner that is awake, and wakes nothing. The owner has looked already.

<<<<<<< solution
            if !is_notified {
                state.asleep = Asleep::Below;
                drop(state);
                self.sleep_below(timeout);
            }
=======
            drop(state);
            if !is_notified {
                shared.lock().asleep = Asleep::Below;
                self.sleep_below(timeout);
            }
>>>>>>> wrong

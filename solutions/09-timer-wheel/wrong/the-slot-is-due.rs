//! exercise: 9.2
//! test: wheel::one_slot_is_spread
//! verdict: wrong
//! message: the deadline that was handed out
//! rule: A timer is handed out when it is due, not before and not after.
//!
//! The time has come to the slot, so what is in it is due. It is in level 0, where a slot is one
//! tick. In level 1 it is the first of 64, and some of the timers have 63 milliseconds left.

<<<<<<< solution
            // SAFETY: as above, and now it is in no list.
            unsafe { self.link(timer, when) };
=======
            let _ = when;
            // SAFETY: as above, and now it is in no list.
            unsafe { self.levels[0].push(digit(next.tick, 0), timer) };
>>>>>>> wrong

//! exercise: 9.2
//! test: wheel::one_slot_is_spread
//! verdict: wrong
//! message: was not handed out at 4096
//! rule: A timer is handed out when it is due, not before and not after.
//!
//! First the work, and then we note that it is done. But `link` asks where a timer is as seen from
//! `elapsed`. Seen from before, each of them is just where it was: all go back to the slot that they
//! came from. Then `elapsed` enters the slot, the slots after it are looked at, and this one never
//! again.

<<<<<<< solution
        self.elapsed = next.tick;
=======
>>>>>>> wrong

<<<<<<< solution
            LEVELS => mem::take(&mut self.far),
            _ => self.levels[level].take(slot),
        };
        while let Some(timer) = timers.pop_back() {
=======
            LEVELS => mem::take(&mut self.far),
            _ => self.levels[level].take(slot),
        };
        let first = self.elapsed;
        while let Some(timer) = timers.pop_back() {
>>>>>>> wrong

<<<<<<< solution
            // SAFETY: as above, and now it is in no list.
            unsafe { self.link(timer, when) };
        }
=======
            // SAFETY: as above, and now it is in no list.
            unsafe { self.link(timer, when) };
        }
        debug_assert_eq!(first, self.elapsed);
        self.elapsed = next.tick;
>>>>>>> wrong

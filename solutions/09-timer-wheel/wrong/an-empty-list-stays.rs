//! exercise: 9.9
//! test: driver::nothing_is_waited_for_when_all_are_dropped
//! verdict: wrong
//! message: For(
//! rule: For a timer that was dropped the driver does not wake up.
//!
//! The timer is out of its list, and no other place names it. But the list is still there, under the deadline
//! of a timer that is gone, and the first key of the map is taken for the next deadline. The driver wakes up
//! for it. Most timers are timeouts that are dropped early, so most of its wake-ups would be for nothing.

<<<<<<< solution
        if list.is_empty() {
            self.lists.remove(&when);
        }
=======
>>>>>>> wrong

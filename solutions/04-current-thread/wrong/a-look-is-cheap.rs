//! exercise: 4.5
//! test: rest::the_root_was_woken
//! verdict: wrong
//! message: looks at the driver: 1, but expected 0
//! rule: A look at the driver is a system call: none without a reason.
//!
//! The root was woken, so there is no sleep; then we may as well ask the driver while we are here.
//! That is a system call for each turn of the loop, and a root that waits for one task after the
//! other takes a turn for each of them.

<<<<<<< solution
        if is_deferred || self.interval <= self.polls {
=======
        if is_deferred || self.interval <= self.polls || root.is_woken() {
>>>>>>> wrong

<<<<<<< solution
        } else if !root.is_woken() {
=======
        } else {
>>>>>>> wrong

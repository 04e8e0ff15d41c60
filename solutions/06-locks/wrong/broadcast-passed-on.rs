//! exercise: 6.4
//! test: pass_on::what_was_told_to_all_leaves_permits_alone
//! verdict: wrong
//! message: notify_waiters has left a permit
//! rule: What was told to all is not passed on, and no permit is lost or made.
//!
//! A future that was handed a notification and has not seen it passes it on. That is one case too
//! simple: `notify_waiters` has told all the others as well, and what it told is not for later tasks.

<<<<<<< solution
            BY_ONE => next = notify.notify_locked(&mut lists, Which::First),
            BY_LAST => next = notify.notify_locked(&mut lists, Which::Last),
            _by_all => {}
=======
            BY_LAST => next = notify.notify_locked(&mut lists, Which::Last),
            _ => next = notify.notify_locked(&mut lists, Which::First),
>>>>>>> wrong

//! exercise: 6.4
//! test: pass_on::it_is_passed_on_as_it_came
//! verdict: wrong
//! message: wakes of A, B and C
//! rule: A notification is passed on in the way in which it came.
//!
//! A notification is a notification, and the first in the queue has waited longest. But a caller of
//! `notify_last` wants the task that came last, for example because its data is still in the cache, or
//! because the others are to stay asleep. That the chosen one is gone changes nothing about it.

<<<<<<< solution
            BY_ONE => next = notify.notify_locked(&mut lists, Which::First),
            BY_LAST => next = notify.notify_locked(&mut lists, Which::Last),
            _by_all => {}
=======
            BY_ONE | BY_LAST => next = notify.notify_locked(&mut lists, Which::First),
            _ => {}
>>>>>>> wrong

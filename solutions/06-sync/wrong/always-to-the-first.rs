//! exercise: 6.4
//! test: pass_on::it_is_passed_on_as_it_came
//! verdict: wrong
//! message: wakes of A, B and C
//! rule: A notification is passed on in the way in which it came.
//!
//! A notification is a notification, and the first in the queue has waited longest. But whoever called
//! `notify_last` wants the one who came last, because its data is still in the cache, or because the
//! others are to stay asleep. That the one who was chosen is gone changes nothing about it.

let mut lists = notify.lock();
let mut next = None;
let mut own = None;
match self.waiter.state() {
    NOTHING => {
        // SAFETY: the waiter is in this list.
        own = unsafe { self.list(notify, &mut lists).remove(&self.waiter) };
        notify.clear_queued(&lists);
    }
    BY_ONE | BY_LAST => next = notify.notify_locked(&mut lists, Which::First),
    _ => {}
}
drop(lists);
drop(own);
if let Some(next) = next {
    next.wake();
}

//! exercise: 6.4
//! test: pass_on::a_notification_goes_to_the_next
//! verdict: wrong
//! message: wakes of A, B and C
//! rule: A notification of `notify_one` that nobody saw goes to the next, or is kept.
//! source: lalinsky/zio #94, in Zig
//!
//! It leaves the list if it is in the list, and otherwise there is nothing to undo. But it was told
//! something, and never looked: with it the notification goes. A `select!` that drops its other
//! branches, a timeout that strikes at the wrong moment, and a worker sleeps beside its work.

let mut lists = notify.lock();
let mut own = None;
if self.waiter.state() == NOTHING {
    // SAFETY: the waiter is in this list.
    own = unsafe { self.list(notify, &mut lists).remove(&self.waiter) };
    notify.clear_queued(&lists);
}
drop(lists);
drop(own);

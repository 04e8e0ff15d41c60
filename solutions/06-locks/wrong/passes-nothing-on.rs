//! exercise: 6.4
//! test: pass_on::a_notification_goes_to_the_next
//! verdict: wrong
//! message: wakes of A, B and C
//! rule: A notification of `notify_one` that was not seen goes to the next, or is kept.
//! source: lalinsky/zio #94, in Zig
//!
//! It leaves the list if it is in the list, and otherwise there seems to be nothing to undo. But it was
//! told something, and never looked, and the notification goes with it. A `select!` that drops its other
//! branches, or a timeout that strikes at the wrong moment, and a worker sleeps beside its work.

<<<<<<< solution
        let mut next = None;
        let mut own = None;
        match self.waiter.state() {
            NOTHING => {
                // SAFETY: the waiter is in this list.
                own = unsafe { self.list(notify, &mut lists).remove(&self.waiter) };
                notify.clear_queued(&lists);
            }
            BY_ONE => next = notify.notify_locked(&mut lists, Which::First),
            BY_LAST => next = notify.notify_locked(&mut lists, Which::Last),
            _by_all => {}
=======
        let mut own = None;
        if self.waiter.state() == NOTHING {
            // SAFETY: the waiter is in this list.
            own = unsafe { self.list(notify, &mut lists).remove(&self.waiter) };
            notify.clear_queued(&lists);
>>>>>>> wrong

<<<<<<< solution
        if let Some(next) = next {
            next.wake();
        }
=======
>>>>>>> wrong

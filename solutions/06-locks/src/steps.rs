//! Single steps, for tests: a test of one exercise must not need another that comes later.

// ANCHOR: guided-notify-whole
use crate::notify::Notify;
// ANCHOR_END: guided-notify-whole
use crate::semaphore::Semaphore;

// ANCHOR: guided-notify-whole-permit
/// What [`Notify::notify_one`] does when no task waits.
pub fn leave_permit(notify: &Notify) {
    notify.leave_permit();
}
// ANCHOR_END: guided-notify-whole-permit

/// A primitive whose lock is to be free while foreign code runs.
pub trait Locked {
    /// Whether the lock is held just now.
    fn is_locked(&self) -> bool;
}

// ANCHOR: guided-notify-whole-lock
impl Locked for Notify {
    fn is_locked(&self) -> bool {
        self.is_locked()
    }
}
// ANCHOR_END: guided-notify-whole-lock

impl Locked for Semaphore {
    fn is_locked(&self) -> bool {
        self.is_locked()
    }
}

//! Single steps, for tests: a test of one exercise must not need another that comes later.

use crate::notify::Notify;
use crate::semaphore::Semaphore;

/// What [`Notify::notify_one`] does when no task waits.
pub fn leave_permit(notify: &Notify) {
    notify.leave_permit();
}

/// A primitive whose lock is to be free while foreign code runs.
pub trait Locked {
    /// Whether the lock is held just now.
    fn is_locked(&self) -> bool;
}

impl Locked for Notify {
    fn is_locked(&self) -> bool {
        self.is_locked()
    }
}

impl Locked for Semaphore {
    fn is_locked(&self) -> bool {
        self.is_locked()
    }
}

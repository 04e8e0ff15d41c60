//! Wakers in foreign hands.

use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;

/// How many clones of one waker are alive.
#[derive(Debug, Default)]
pub(crate) struct Held(AtomicUsize);

// ORDERING: Relaxed throughout; a count (see `count`). What keeps a waker's data alive is counted
// elsewhere.
impl Held {
    pub(crate) fn get(&self) -> usize {
        self.0.load(Relaxed)
    }

    pub(crate) fn one_more(&self) {
        self.0.fetch_add(1, Relaxed);
    }

    /// False if there was none left.
    pub(crate) fn one_less(&self) -> bool {
        let one_less = |held: usize| held.checked_sub(1);
        self.0.fetch_update(Relaxed, Relaxed, one_less).is_ok()
    }
}

//! Which blocks of memory are the kit's own.
//!
//! A check of memory counts what the code under test allocates. The kit allocates on the same
//! threads, in the middle of it, so it says when it does.

use std::cell::Cell;

/// A block that no check counts.
pub(crate) const NOBODY: u32 = 0;
/// A block that no check counts, as it is the kit's own.
pub(crate) const KIT: u32 = u32::MAX;

thread_local! {
    /// What counts the blocks that this thread allocates: the number of a check, or one of the
    /// above.
    static COUNTER: Cell<u32> = const { Cell::new(NOBODY) };
}

/// Sets the counter back.
struct Restore(u32);

impl Drop for Restore {
    fn drop(&mut self) {
        COUNTER.set(self.0);
    }
}

/// What counts the blocks that this thread allocates.
pub(crate) fn counter() -> u32 {
    COUNTER.get()
}

/// Has the blocks that this thread allocates counted by nothing from now on.
pub(crate) fn uncounted_from_now_on() {
    COUNTER.set(KIT);
}

/// Runs `f` with the blocks that this thread allocates counted by the check of that number.
pub(crate) fn counted<T>(check: u32, f: impl FnOnce() -> T) -> T {
    let _restore = Restore(COUNTER.replace(check));
    f()
}

/// Runs `f` with what it allocates counted by nothing: it is the kit's own. Not to be wrapped
/// around foreign code.
pub(crate) fn uncounted<T>(f: impl FnOnce() -> T) -> T {
    counted(KIT, f)
}

//! Checks on memory, for code that frees by hand. See [`check`].

use crate::rule::Rule;

/// Runs `f` and checks its memory.
#[track_caller]
pub fn check<T>(rule: Rule, f: impl FnOnce() -> T) -> T {
    rule.step("running a check on memory");
    f()
}

/// Finds wrong frees.
#[macro_export]
macro_rules! quarantine {
    () => {};
}

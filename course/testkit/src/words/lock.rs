//! The kit's own lock: a mutex that a panic elsewhere cannot poison.
//!
//! # Invariants
//!
//! **No Foreign Code**: no waker, future or closure that the kit did not write is called, cloned
//! or dropped while a `Lock` is held. The kit would otherwise make the very mistake it looks for.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// A mutex without poisoning.
#[derive(Debug, Default)]
pub(crate) struct Lock<T>(Mutex<T>);

impl<T> Lock<T> {
    pub(crate) const fn new(value: T) -> Lock<T> {
        Lock(Mutex::new(value))
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// For code that must not wait, such as the report of a process that is about to abort.
    pub(crate) fn try_lock(&self) -> Option<MutexGuard<'_, T>> {
        self.0.try_lock().ok()
    }
}

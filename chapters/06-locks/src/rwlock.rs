//! A lock for many tasks that only read, or for one that writes.
//!
//! A [`Mutex`](crate::Mutex) lets one task in at a time, though a hundred that only read would not
//! disturb each other. This lock lets readers in together, and a writer alone.
//!
//! The danger is hunger. If every reader is let in while others read, and there is always one, a
//! writer never has its turn. So the lock is fair: all stand in one line, and a reader that comes
//! after a writer waits behind it, though it could be let in:
//!
//! ```text
//!     reading: R R R      in line: W  R  R  W       <- R comes now, goes to the end
//!                                  │  └──┴─ let in together, when W has gone
//!                                  └─ let in when the last of the three has gone
//! ```
//!
//! The guards are in [`guard`]: what they are is plumbing, and what they hold is a `Hold` or an
//! `OwnedHold`, which is for this file to say.
//!
//! In tokio: `sync/rwlock.rs`.

pub mod guard;

// ANCHOR: ex-6-7-rwlock
// All of this is yours, until the end of the file: what is public has to stay as it is. Add what
// you need. What the guards call of `Hold` and `OwnedHold` has to stay too.

use std::cell::UnsafeCell;
use std::fmt;
use std::sync::Arc;

use crate::{Semaphore, TryLockError};

use guard::{OwnedRwLockReadGuard, OwnedRwLockWriteGuard, RwLockReadGuard, RwLockWriteGuard};

/// A value that many tasks may read at a time, or one may change.
///
/// # Examples
///
/// ```
/// use locks::RwLock;
///
/// timer_future::block_on(async {
///     let routes = RwLock::new(vec!["/"]);
///     {
///         let one = routes.read().await;
///         let other = routes.read().await;
///         assert_eq!(*one, *other);
///         assert!(routes.try_write().is_err());
///     }
///     routes.write().await.push("/about");
///     assert_eq!(routes.read().await.len(), 2);
/// });
/// ```
pub struct RwLock<T: ?Sized> {
    // Yours to replace, as are all private fields and whatever else is not public.
    value: UnsafeCell<T>,
}

/// What a guard that borrows the lock holds. The lock is released when this is dropped.
pub(crate) struct Hold<'a> {
    // Yours to replace, as are all private fields and whatever else is not public.
    permits: &'a Semaphore,
}

/// What a guard that owns a reference to the lock holds. The lock is released when this is dropped.
pub(crate) struct OwnedHold<T: ?Sized> {
    // Yours to replace, as are all private fields and whatever else is not public.
    lock: Arc<RwLock<T>>,
}

// SAFETY: code that has the lock has the value.
unsafe impl<T: ?Sized + Send> Send for RwLock<T> {}

// SAFETY: a writer on any thread can move a `T` out or in, hence `Send`; readers on many threads
// have a `&T` each at the same time, hence `Sync`.
unsafe impl<T: ?Sized + Send + Sync> Sync for RwLock<T> {}

impl<T> RwLock<T> {
    /// A lock around `value` that is not taken.
    pub fn new(value: T) -> RwLock<T> {
        todo!("6.7 rwlock")
    }

    /// A lock around `value` for at most so many readers at a time.
    ///
    /// # Panics
    ///
    /// If `max_readers` is 0 or more than `u32::MAX >> 3`.
    #[track_caller]
    pub fn with_max_readers(value: T, max_readers: u32) -> RwLock<T> {
        todo!("6.7 rwlock")
    }

    /// A lock around `value`, for a `static`.
    #[cfg(not(loom))]
    pub const fn const_new(value: T) -> RwLock<T> {
        panic!("not yet implemented: 6.7 rwlock")
    }

    /// A lock around `value` for at most so many readers at a time, for a `static`.
    ///
    /// # Panics
    ///
    /// If `max_readers` is 0 or more than `u32::MAX >> 3`.
    #[cfg(not(loom))]
    pub const fn const_with_max_readers(value: T, max_readers: u32) -> RwLock<T> {
        panic!("not yet implemented: 6.7 rwlock")
    }

    /// The value. The caller owns the lock.
    pub fn into_inner(self) -> T {
        todo!("6.7 rwlock")
    }
}

impl<T: ?Sized> RwLock<T> {
    /// Waits until there is no writer, neither with the lock nor in line before this task.
    ///
    /// # Cancellation
    ///
    /// Dropping the future loses its place in line, and nothing else.
    #[harness::leaf("RwLock::read")]
    pub async fn read(&self) -> RwLockReadGuard<'_, T> {
        todo!("6.7 rwlock")
    }

    /// Waits until the lock is free, and no other task is in line before this one.
    ///
    /// # Cancellation
    ///
    /// Dropping the future loses its place in line, and nothing else: readers behind it are let in
    /// if it is what kept them out.
    #[harness::leaf("RwLock::write")]
    pub async fn write(&self) -> RwLockWriteGuard<'_, T> {
        todo!("6.7 rwlock")
    }

    /// As [`read`](RwLock::read), with a guard that keeps the lock alive.
    ///
    /// # Cancellation
    ///
    /// As [`read`](RwLock::read).
    #[harness::leaf("RwLock::read_owned")]
    pub async fn read_owned(self: Arc<Self>) -> OwnedRwLockReadGuard<T> {
        todo!("6.7 rwlock")
    }

    /// As [`write`](RwLock::write), with a guard that keeps the lock alive.
    ///
    /// # Cancellation
    ///
    /// As [`write`](RwLock::write).
    #[harness::leaf("RwLock::write_owned")]
    pub async fn write_owned(self: Arc<Self>) -> OwnedRwLockWriteGuard<T> {
        todo!("6.7 rwlock")
    }

    /// The lock for reading, if there is no writer, neither with the lock nor in line.
    ///
    /// # Errors
    ///
    /// If there is.
    pub fn try_read(&self) -> Result<RwLockReadGuard<'_, T>, TryLockError> {
        todo!("6.7 rwlock")
    }

    /// The lock for writing, if it is free.
    ///
    /// # Errors
    ///
    /// If the lock is taken.
    pub fn try_write(&self) -> Result<RwLockWriteGuard<'_, T>, TryLockError> {
        todo!("6.7 rwlock")
    }

    /// As [`try_read`](RwLock::try_read), with a guard that keeps the lock alive.
    ///
    /// # Errors
    ///
    /// If there is a writer.
    pub fn try_read_owned(self: Arc<Self>) -> Result<OwnedRwLockReadGuard<T>, TryLockError> {
        todo!("6.7 rwlock")
    }

    /// As [`try_write`](RwLock::try_write), with a guard that keeps the lock alive.
    ///
    /// # Errors
    ///
    /// If the lock is taken.
    pub fn try_write_owned(self: Arc<Self>) -> Result<OwnedRwLockWriteGuard<T>, TryLockError> {
        todo!("6.7 rwlock")
    }

    /// As [`read`](RwLock::read), and blocks the thread. For use outside of asynchronous code.
    ///
    /// # Panics
    ///
    /// If this thread runs tasks.
    #[track_caller]
    pub fn blocking_read(&self) -> RwLockReadGuard<'_, T> {
        todo!("6.7 rwlock")
    }

    /// As [`write`](RwLock::write), and blocks the thread. For use outside of asynchronous code.
    ///
    /// # Panics
    ///
    /// If this thread runs tasks.
    #[track_caller]
    pub fn blocking_write(&self) -> RwLockWriteGuard<'_, T> {
        todo!("6.7 rwlock")
    }

    /// The value. Needs no lock: `&mut self` keeps all others out.
    pub fn get_mut(&mut self) -> &mut T {
        todo!("6.7 rwlock")
    }
}

impl Hold<'_> {
    /// Makes a reader of a writer, and lets other readers in; but no other writer in between.
    pub(crate) fn downgrade(&mut self) {
        todo!("6.7 rwlock")
    }
}

impl<T: ?Sized> OwnedHold<T> {
    /// The lock that is held.
    pub(crate) fn lock(&self) -> &Arc<RwLock<T>> {
        todo!("6.7 rwlock")
    }

    /// Makes a reader of a writer, and lets other readers in; but no other writer in between.
    pub(crate) fn downgrade(&mut self) {
        todo!("6.7 rwlock")
    }
}

impl<T> From<T> for RwLock<T> {
    fn from(value: T) -> RwLock<T> {
        todo!("6.7 rwlock")
    }
}

impl<T: Default> Default for RwLock<T> {
    fn default() -> RwLock<T> {
        todo!("6.7 rwlock")
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for RwLock<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        todo!("6.7 rwlock")
    }
}
// ANCHOR_END: ex-6-7-rwlock

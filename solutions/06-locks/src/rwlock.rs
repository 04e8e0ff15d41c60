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
use std::cell::UnsafeCell;
use std::fmt;
use std::sync::Arc;

use atomic_waker::blocking::block_on;

use crate::{Semaphore, TryLockError};

use guard::{OwnedRwLockReadGuard, OwnedRwLockWriteGuard, RwLockReadGuard, RwLockWriteGuard};

// The lock is a semaphore with a permit for each reader there may be. A reader takes one of them, a
// writer all of them. The semaphore serves its waiters in order, so a writer in line collects the
// permits that become free, and a task that comes later finds none.
//
// Invariants:
//
// - A Reader Has One: a task that may read `value` holds a permit.
// - A Writer Has All: a task that may write to it holds `max_readers` permits.

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
    max_readers: u32,
    /// Never closed.
    permits: Semaphore,
    // The standard library's also under loom, whose cell needs a `Sized` value.
    value: UnsafeCell<T>,
}

/// What a guard that borrows the lock holds. The lock is released when this is dropped.
pub(crate) struct Hold<'a> {
    permits: &'a Semaphore,
    count: u32,
}

/// What a guard that owns a reference to the lock holds. The lock is released when this is dropped.
pub(crate) struct OwnedHold<T: ?Sized> {
    lock: Arc<RwLock<T>>,
    count: u32,
}

// SAFETY: code that has the lock has the value.
unsafe impl<T: ?Sized + Send> Send for RwLock<T> {}
// SAFETY: a writer on any thread can move a `T` out or in, hence `Send`; readers on many threads
// have a `&T` each at the same time, hence `Sync`.
unsafe impl<T: ?Sized + Send + Sync> Sync for RwLock<T> {}

/// So many readers at a time, unless said otherwise.
const READERS_MAX: u32 = u32::MAX >> 3;

impl<T> RwLock<T> {
    /// A lock around `value` that is not taken.
    pub fn new(value: T) -> RwLock<T> {
        RwLock::with_max_readers(value, READERS_MAX)
    }

    /// A lock around `value` for at most so many readers at a time.
    ///
    /// # Panics
    ///
    /// If `max_readers` is 0 or more than `u32::MAX >> 3`.
    #[track_caller]
    pub fn with_max_readers(value: T, max_readers: u32) -> RwLock<T> {
        // With no permits at all a writer would have all of them, and so would the next.
        assert!(
            max_readers != 0,
            "a RwLock may not be created with 0 readers"
        );
        assert!(
            max_readers <= READERS_MAX,
            "a RwLock may not be created with more than {READERS_MAX} readers"
        );
        RwLock {
            max_readers,
            permits: Semaphore::new(max_readers as usize),
            value: UnsafeCell::new(value),
        }
    }

    /// A lock around `value`, for a `static`.
    #[cfg(not(loom))]
    pub const fn const_new(value: T) -> RwLock<T> {
        RwLock::const_with_max_readers(value, READERS_MAX)
    }

    /// A lock around `value` for at most so many readers at a time, for a `static`.
    ///
    /// # Panics
    ///
    /// If `max_readers` is 0 or more than `u32::MAX >> 3`.
    #[cfg(not(loom))]
    pub const fn const_with_max_readers(value: T, max_readers: u32) -> RwLock<T> {
        assert!(
            max_readers != 0,
            "a RwLock may not be created with 0 readers"
        );
        assert!(max_readers <= READERS_MAX, "too many readers");
        RwLock {
            max_readers,
            permits: Semaphore::const_new(max_readers as usize),
            value: UnsafeCell::new(value),
        }
    }

    /// The value. The caller owns the lock.
    pub fn into_inner(self) -> T {
        self.value.into_inner()
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
        let hold = self.hold(1).await;
        RwLockReadGuard::new(self.value.get(), hold)
    }

    /// Waits until the lock is free, and no other task is in line before this one.
    ///
    /// # Cancellation
    ///
    /// Dropping the future loses its place in line, and nothing else: readers behind it are let in
    /// if it is what kept them out.
    #[harness::leaf("RwLock::write")]
    pub async fn write(&self) -> RwLockWriteGuard<'_, T> {
        let hold = self.hold(self.max_readers).await;
        RwLockWriteGuard::new(self.value.get(), hold)
    }

    /// As [`read`](RwLock::read), with a guard that keeps the lock alive.
    ///
    /// # Cancellation
    ///
    /// As [`read`](RwLock::read).
    #[harness::leaf("RwLock::read_owned")]
    pub async fn read_owned(self: Arc<Self>) -> OwnedRwLockReadGuard<T> {
        self.acquire(1).await;
        let value = self.value.get();
        OwnedRwLockReadGuard::new(
            value,
            OwnedHold {
                lock: self,
                count: 1,
            },
        )
    }

    /// As [`write`](RwLock::write), with a guard that keeps the lock alive.
    ///
    /// # Cancellation
    ///
    /// As [`write`](RwLock::write).
    #[harness::leaf("RwLock::write_owned")]
    pub async fn write_owned(self: Arc<Self>) -> OwnedRwLockWriteGuard<T> {
        let count = self.max_readers;
        self.acquire(count).await;
        let value = self.value.get();
        OwnedRwLockWriteGuard::new(value, OwnedHold { lock: self, count })
    }

    /// The lock for reading, if there is no writer, neither with the lock nor in line.
    ///
    /// # Errors
    ///
    /// If there is.
    pub fn try_read(&self) -> Result<RwLockReadGuard<'_, T>, TryLockError> {
        let hold = self.try_hold(1)?;
        Ok(RwLockReadGuard::new(self.value.get(), hold))
    }

    /// The lock for writing, if it is free.
    ///
    /// # Errors
    ///
    /// If the lock is taken.
    pub fn try_write(&self) -> Result<RwLockWriteGuard<'_, T>, TryLockError> {
        let hold = self.try_hold(self.max_readers)?;
        Ok(RwLockWriteGuard::new(self.value.get(), hold))
    }

    /// As [`try_read`](RwLock::try_read), with a guard that keeps the lock alive.
    ///
    /// # Errors
    ///
    /// If there is a writer.
    pub fn try_read_owned(self: Arc<Self>) -> Result<OwnedRwLockReadGuard<T>, TryLockError> {
        self.try_acquire(1)?;
        let value = self.value.get();
        Ok(OwnedRwLockReadGuard::new(
            value,
            OwnedHold {
                lock: self,
                count: 1,
            },
        ))
    }

    /// As [`try_write`](RwLock::try_write), with a guard that keeps the lock alive.
    ///
    /// # Errors
    ///
    /// If the lock is taken.
    pub fn try_write_owned(self: Arc<Self>) -> Result<OwnedRwLockWriteGuard<T>, TryLockError> {
        let count = self.max_readers;
        self.try_acquire(count)?;
        let value = self.value.get();
        Ok(OwnedRwLockWriteGuard::new(
            value,
            OwnedHold { lock: self, count },
        ))
    }

    /// As [`read`](RwLock::read), and blocks the thread. For use outside of asynchronous code.
    ///
    /// # Panics
    ///
    /// If this thread runs tasks.
    #[track_caller]
    pub fn blocking_read(&self) -> RwLockReadGuard<'_, T> {
        block_on(self.read())
    }

    /// As [`write`](RwLock::write), and blocks the thread. For use outside of asynchronous code.
    ///
    /// # Panics
    ///
    /// If this thread runs tasks.
    #[track_caller]
    pub fn blocking_write(&self) -> RwLockWriteGuard<'_, T> {
        block_on(self.write())
    }

    /// The value. Needs no lock: `&mut self` keeps all others out.
    pub fn get_mut(&mut self) -> &mut T {
        self.value.get_mut()
    }

    async fn hold(&self, count: u32) -> Hold<'_> {
        self.acquire(count).await;
        let permits = &self.permits;
        Hold { permits, count }
    }

    fn try_hold(&self, count: u32) -> Result<Hold<'_>, TryLockError> {
        self.try_acquire(count)?;
        let permits = &self.permits;
        Ok(Hold { permits, count })
    }

    /// Takes permits. The caller must hand them to a hold at once.
    async fn acquire(&self, count: u32) {
        let permit = self.permits.acquire_many(count).await;
        permit.expect("the semaphore is never closed").forget();
    }

    /// Takes permits if they are free. The caller must hand them to a hold at once.
    fn try_acquire(&self, count: u32) -> Result<(), TryLockError> {
        let permit = self.permits.try_acquire_many(count);
        permit.map_err(|_| TryLockError(()))?.forget();
        Ok(())
    }
}

impl Hold<'_> {
    /// Makes a reader of a writer, and lets other readers in; but no other writer in between.
    pub(crate) fn downgrade(&mut self) {
        // The permit that is kept was ours all the time.
        let rest = std::mem::replace(&mut self.count, 1) - 1;
        self.permits.add_permits(rest as usize);
    }
}

impl Drop for Hold<'_> {
    fn drop(&mut self) {
        self.permits.add_permits(self.count as usize);
    }
}

impl<T: ?Sized> OwnedHold<T> {
    /// The lock that is held.
    pub(crate) fn lock(&self) -> &Arc<RwLock<T>> {
        &self.lock
    }

    /// Makes a reader of a writer, and lets other readers in; but no other writer in between.
    pub(crate) fn downgrade(&mut self) {
        let rest = std::mem::replace(&mut self.count, 1) - 1;
        self.lock.permits.add_permits(rest as usize);
    }
}

impl<T: ?Sized> Drop for OwnedHold<T> {
    fn drop(&mut self) {
        self.lock.permits.add_permits(self.count as usize);
    }
}

impl<T> From<T> for RwLock<T> {
    fn from(value: T) -> RwLock<T> {
        RwLock::new(value)
    }
}

impl<T: Default> Default for RwLock<T> {
    fn default() -> RwLock<T> {
        RwLock::new(T::default())
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for RwLock<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("RwLock");
        match self.try_read() {
            Ok(value) => debug.field("data", &&*value),
            Err(_) => debug.field("data", &format_args!("<locked>")),
        };
        debug.finish()
    }
}
// ANCHOR_END: ex-6-7-rwlock

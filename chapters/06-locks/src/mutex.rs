//! A value that one task has at a time, and that it may keep while it waits for something.
//!
//! It is a semaphore of one permit, with a value that belongs to the holder of the permit. The guard of
//! a lock of the standard library must not be held across an `.await`: another task that wants the lock
//! would block the thread, and perhaps this very thread has to finish first. Here the task that wants
//! the lock waits as a task, and its thread does something else.
//!
//! Where the guard is never held across an `.await`, the standard library's is the better choice: it
//! costs less, and wakes no task.
//!
//! There is no poison. A task that panics with the lock releases it, and the next one finds the value
//! as it was left.
//!
//! # Invariants
//!
//! - **Permit Owns Value**: only the owner of the one permit, which is a guard, touches the value;
//!   or a `&mut Mutex` does.
//!
//! In tokio: `sync/mutex.rs`.

mod guard;
mod mapped;
mod owned;

use std::cell::UnsafeCell;
use std::error::Error;
use std::fmt;
use std::sync::Arc;

use atomic_waker::blocking::block_on;
use harness::coop;

use crate::semaphore::Semaphore;

pub use guard::MutexGuard;
pub use mapped::{MappedMutexGuard, OwnedMappedMutexGuard};
pub use owned::OwnedMutexGuard;

/// A value, and the right to touch it.
///
/// # Examples
///
/// ```
/// use locks::Mutex;
///
/// timer_future::block_on(async {
///     let count = Mutex::new(1);
///     *count.lock().await += 1;
///     assert_eq!(count.into_inner(), 2);
/// });
/// ```
pub struct Mutex<T: ?Sized> {
    semaphore: Semaphore,
    /// See invariant Permit Owns Value.
    value: UnsafeCell<T>,
}

/// The lock is taken.
///
/// # Examples
///
/// ```
/// use locks::Mutex;
///
/// let mutex = Mutex::new(0);
/// let guard = mutex.try_lock().expect("it is free");
/// let error = mutex.try_lock().expect_err("it is taken");
/// assert_eq!(error.to_string(), "operation would block");
/// drop(guard);
/// assert!(mutex.try_lock().is_ok());
/// ```
#[derive(Debug)]
pub struct TryLockError(pub(crate) ());

impl<T> Mutex<T> {
    /// A mutex that is not locked.
    #[cfg(not(loom))]
    pub const fn new(value: T) -> Mutex<T> {
        Mutex {
            semaphore: Semaphore::new(1),
            value: UnsafeCell::new(value),
        }
    }

    /// As [`new`](Mutex::new), for a `static`.
    #[cfg(not(loom))]
    pub const fn const_new(value: T) -> Mutex<T> {
        Mutex::new(value)
    }

    /// A mutex that is not locked. The model checker's types have no `const fn new`.
    #[cfg(loom)]
    pub fn new(value: T) -> Mutex<T> {
        Mutex {
            semaphore: Semaphore::new(1),
            value: UnsafeCell::new(value),
        }
    }

    /// The value, for good.
    pub fn into_inner(self) -> T {
        self.value.into_inner()
    }
}

impl<T: ?Sized> Mutex<T> {
    /// Waits for the lock. Tasks get it in the order in which they came.
    ///
    /// # Cancellation
    ///
    /// Dropping the future loses its place in the queue, and nothing else: if the lock was handed to
    /// it already, it goes to the next.
    #[harness::leaf("Mutex::lock")]
    pub async fn lock(&self) -> MutexGuard<'_, T> {
        if !coop::try_spending(|| self.semaphore.try_take_only()) {
            self.wait().await;
        }
        MutexGuard::new(self)
    }

    /// As [`lock`](Mutex::lock), with a guard that borrows nothing.
    ///
    /// # Cancellation
    ///
    /// As for [`lock`](Mutex::lock).
    #[harness::leaf("Mutex::lock_owned")]
    pub async fn lock_owned(self: Arc<Self>) -> OwnedMutexGuard<T> {
        if !coop::try_spending(|| self.semaphore.try_take_only()) {
            self.wait().await;
        }
        OwnedMutexGuard::new(self)
    }

    /// Takes the lock if it is free.
    ///
    /// # Errors
    ///
    /// If the lock is taken.
    pub fn try_lock(&self) -> Result<MutexGuard<'_, T>, TryLockError> {
        match self.semaphore.try_take(1) {
            Ok(()) => Ok(MutexGuard::new(self)),
            Err(_) => Err(TryLockError(())),
        }
    }

    /// As [`try_lock`](Mutex::try_lock), with a guard that borrows nothing.
    ///
    /// # Errors
    ///
    /// If the lock is taken.
    pub fn try_lock_owned(self: Arc<Self>) -> Result<OwnedMutexGuard<T>, TryLockError> {
        match self.semaphore.try_take(1) {
            Ok(()) => Ok(OwnedMutexGuard::new(self)),
            Err(_) => Err(TryLockError(())),
        }
    }

    /// Blocks the thread until it has the lock. This is for threads that run no tasks.
    ///
    /// # Panics
    ///
    /// If this thread runs tasks.
    #[track_caller]
    pub fn blocking_lock(&self) -> MutexGuard<'_, T> {
        block_on(self.lock())
    }

    /// As [`blocking_lock`](Mutex::blocking_lock), with a guard that borrows nothing.
    ///
    /// # Panics
    ///
    /// If this thread runs tasks.
    #[track_caller]
    pub fn blocking_lock_owned(self: Arc<Self>) -> OwnedMutexGuard<T> {
        block_on(self.lock_owned())
    }

    /// The value. No other code can have the lock, so this takes none.
    pub fn get_mut(&mut self) -> &mut T {
        self.value.get_mut()
    }

    async fn wait(&self) {
        if self.semaphore.take(1).await.is_err() {
            unreachable!("nobody closes the semaphore of a mutex");
        }
    }

    /// The one permit goes back.
    fn unlock(&self) {
        if !self.semaphore.try_release_only() {
            self.semaphore.release(1);
        }
    }
}

impl<T> From<T> for Mutex<T> {
    fn from(value: T) -> Mutex<T> {
        Mutex::new(value)
    }
}

impl<T: Default> Default for Mutex<T> {
    fn default() -> Mutex<T> {
        Mutex::new(T::default())
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for Mutex<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Mutex");
        match self.try_lock() {
            Ok(value) => debug.field("data", &&*value).finish(),
            Err(_) => debug.field("data", &format_args!("<locked>")).finish(),
        }
    }
}

// SAFETY: code that has the mutex can take the value out, or reach it by `get_mut`.
unsafe impl<T: ?Sized + Send> Send for Mutex<T> {}

// SAFETY: a thread that shares the mutex can take the lock, and then has a `&mut` to a value that came
// from another thread; at no time do two of them have one (invariant: Permit Owns Value).
unsafe impl<T: ?Sized + Send> Sync for Mutex<T> {}

impl fmt::Display for TryLockError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("operation would block")
    }
}

impl Error for TryLockError {}

//! The guard that has the lock, as a borrow of the mutex.
//!
//! In tokio: `MutexGuard` in `sync/mutex.rs`.

use std::mem::ManuallyDrop;

use crate::access::write_access;
use crate::mutex::{MappedMutexGuard, Mutex};

/// The right to touch the value of a [`Mutex`]. It is given back when this is dropped.
///
/// # Examples
///
/// ```
/// use locks::Mutex;
/// use timer_future::{block_on, join};
///
/// let account = Mutex::new(10);
/// block_on(join(
///     async {
///         let mut balance = account.lock().await;
///         *balance += 5;
///     }, // The guard is dropped here, and the other task has the lock.
///     async { *account.lock().await *= 2 },
/// ));
/// assert_eq!(account.into_inner(), 30);
/// ```
#[clippy::has_significant_drop]
#[must_use = "if unused the Mutex will immediately unlock"]
pub struct MutexGuard<'a, T: ?Sized> {
    mutex: &'a Mutex<T>,
}

impl<'a, T: ?Sized> MutexGuard<'a, T> {
    /// The permit is the caller's, and becomes the guard's.
    #[inline]
    pub(super) fn new(mutex: &'a Mutex<T>) -> MutexGuard<'a, T> {
        MutexGuard { mutex }
    }

    /// A guard of a part of the value.
    pub fn map<U: ?Sized>(
        mut this: Self,
        f: impl FnOnce(&mut T) -> &mut U,
    ) -> MappedMutexGuard<'a, U> {
        let part = f(&mut *this) as *mut U;
        let mutex = ManuallyDrop::new(this).mutex;
        // SAFETY: the permit of the guard that was not dropped, and a part of its value.
        unsafe { MappedMutexGuard::new(&mutex.semaphore, part) }
    }

    /// A guard of a part of the value, if there is one; or else the guard that was given.
    ///
    /// # Errors
    ///
    /// If `f` returns `None`.
    pub fn try_map<U: ?Sized>(
        mut this: Self,
        f: impl FnOnce(&mut T) -> Option<&mut U>,
    ) -> Result<MappedMutexGuard<'a, U>, Self> {
        let Some(part) = f(&mut *this).map(|part| part as *mut U) else {
            return Err(this);
        };
        let mutex = ManuallyDrop::new(this).mutex;
        // SAFETY: the permit of the guard that was not dropped, and a part of its value.
        Ok(unsafe { MappedMutexGuard::new(&mutex.semaphore, part) })
    }

    /// The mutex that this is a guard of.
    pub fn mutex(this: &Self) -> &'a Mutex<T> {
        this.mutex
    }
}

impl<T: ?Sized> Drop for MutexGuard<'_, T> {
    #[inline]
    fn drop(&mut self) {
        self.mutex.unlock();
    }
}

// SAFETY: a guard that is shared gives out `&T`, and so `T` must be `Sync`. (That of the mutex asks for
// `Send` only, and would be too little here.)
unsafe impl<T: ?Sized + Send + Sync> Sync for MutexGuard<'_, T> {}

// A guard has the permit (invariant: Permit Owns Value).
write_access!([T: ?Sized] MutexGuard<'_, T> => T, |guard| guard.mutex.value.get());

//! The guard that has the lock, and the mutex with it.
//!
//! In tokio: `OwnedMutexGuard` in `sync/mutex.rs`.

use std::mem::ManuallyDrop;
use std::ptr;
use std::sync::Arc;

use crate::access::write_access;
use crate::mutex::{Mutex, OwnedMappedMutexGuard};

/// As [`MutexGuard`](crate::MutexGuard), without borrowing the mutex.
///
/// # Examples
///
/// ```
/// use std::sync::Arc;
/// use std::thread;
///
/// use locks::Mutex;
///
/// timer_future::block_on(async {
///     let total = Arc::new(Mutex::new(1));
///     let mut guard = Arc::clone(&total).lock_owned().await;
///     // It borrows nothing, so the right to touch the value can go to another thread.
///     thread::spawn(move || *guard += 1).join().unwrap();
///     assert_eq!(*total.lock().await, 2);
/// });
/// ```
#[clippy::has_significant_drop]
#[must_use = "if unused the Mutex will immediately unlock"]
pub struct OwnedMutexGuard<T: ?Sized> {
    mutex: Arc<Mutex<T>>,
}

impl<T: ?Sized> OwnedMutexGuard<T> {
    /// The permit is the caller's, and becomes the guard's.
    pub(super) fn new(mutex: Arc<Mutex<T>>) -> OwnedMutexGuard<T> {
        OwnedMutexGuard { mutex }
    }

    /// The mutex, which stays locked.
    fn into_mutex(self) -> Arc<Mutex<T>> {
        let this = ManuallyDrop::new(self);
        // SAFETY: the guard is not dropped, and not used any more.
        unsafe { ptr::read(&this.mutex) }
    }

    /// A guard of a part of the value.
    pub fn map<U: ?Sized>(
        mut this: Self,
        f: impl FnOnce(&mut T) -> &mut U,
    ) -> OwnedMappedMutexGuard<T, U> {
        let part = f(&mut *this) as *mut U;
        // SAFETY: the permit of the guard that was not dropped, and a part of its value.
        unsafe { OwnedMappedMutexGuard::new(this.into_mutex(), part) }
    }

    /// A guard of a part of the value, if there is one; or else the guard that was given.
    ///
    /// # Errors
    ///
    /// If `f` returns `None`.
    pub fn try_map<U: ?Sized>(
        mut this: Self,
        f: impl FnOnce(&mut T) -> Option<&mut U>,
    ) -> Result<OwnedMappedMutexGuard<T, U>, Self> {
        let Some(part) = f(&mut *this).map(|part| part as *mut U) else {
            return Err(this);
        };
        // SAFETY: the permit of the guard that was not dropped, and a part of its value.
        Ok(unsafe { OwnedMappedMutexGuard::new(this.into_mutex(), part) })
    }

    /// The mutex that this is a guard of.
    pub fn mutex(this: &Self) -> &Arc<Mutex<T>> {
        &this.mutex
    }
}

impl<T: ?Sized> Drop for OwnedMutexGuard<T> {
    fn drop(&mut self) {
        self.mutex.unlock();
    }
}

// SAFETY: a guard that is shared gives out `&T`, and so `T` must be `Sync`; and its mutex, so `Send`.
unsafe impl<T: ?Sized + Send + Sync> Sync for OwnedMutexGuard<T> {}

// A guard has the permit (invariant: Permit Owns Value).
write_access!([T: ?Sized] OwnedMutexGuard<T> => T, |guard| guard.mutex.value.get());

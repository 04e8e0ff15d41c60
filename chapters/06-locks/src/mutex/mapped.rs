//! Guards of a part of the value: the lock is still that of the whole.
//!
//! In tokio: `MappedMutexGuard`, `OwnedMappedMutexGuard` in `sync/mutex.rs`.

use std::marker::PhantomData;
use std::mem::ManuallyDrop;
use std::ptr;
use std::sync::Arc;

use crate::access::write_access;
use crate::mutex::Mutex;
use crate::semaphore::Semaphore;

/// The right to touch a part of the value of a [`Mutex`]. Made by
/// [`MutexGuard::map`](crate::MutexGuard::map).
///
/// # Examples
///
/// ```
/// use locks::{MappedMutexGuard, Mutex, MutexGuard};
///
/// /// A function can give away one field, and say nothing of the rest.
/// async fn lock_score(game: &Mutex<(String, u32)>) -> MappedMutexGuard<'_, u32> {
///     MutexGuard::map(game.lock().await, |game| &mut game.1)
/// }
///
/// timer_future::block_on(async {
///     let game = Mutex::new(("chess".to_owned(), 0));
///     *lock_score(&game).await += 3;
///     assert_eq!(*lock_score(&game).await, 3);
/// });
/// ```
#[clippy::has_significant_drop]
#[must_use = "if unused the Mutex will immediately unlock"]
pub struct MappedMutexGuard<'a, T: ?Sized> {
    /// That of the mutex. Its type says nothing of the whole value.
    semaphore: &'a Semaphore,
    part: *mut T,
    /// The guard is one `&mut T`.
    borrow: PhantomData<&'a mut T>,
}

/// As [`MappedMutexGuard`], without borrowing the mutex. Made by
/// [`OwnedMutexGuard::map`](crate::OwnedMutexGuard::map).
///
/// # Examples
///
/// ```
/// use std::sync::Arc;
///
/// use locks::{Mutex, OwnedMutexGuard};
///
/// timer_future::block_on(async {
///     let game = Arc::new(Mutex::new(("chess", 0)));
///     let guard = Arc::clone(&game).lock_owned().await;
///     let mut score = OwnedMutexGuard::map(guard, |game| &mut game.1);
///     *score += 3;
///     assert!(game.try_lock().is_err(), "all of it is locked");
///     drop(score);
///     assert_eq!(*game.lock().await, ("chess", 3));
/// });
/// ```
#[clippy::has_significant_drop]
#[must_use = "if unused the Mutex will immediately unlock"]
pub struct OwnedMappedMutexGuard<T: ?Sized, U: ?Sized = T> {
    mutex: Arc<Mutex<T>>,
    /// In the value of the mutex.
    part: *mut U,
}

impl<'a, T: ?Sized> MappedMutexGuard<'a, T> {
    /// # Safety
    ///
    /// The caller has the semaphore's one permit, and gives it away; and `part` is in the value that
    /// it is for, for `'a`.
    pub(super) unsafe fn new(semaphore: &'a Semaphore, part: *mut T) -> MappedMutexGuard<'a, T> {
        MappedMutexGuard {
            semaphore,
            part,
            borrow: PhantomData,
        }
    }

    /// A guard of a part of the part.
    pub fn map<U: ?Sized>(
        mut this: Self,
        f: impl FnOnce(&mut T) -> &mut U,
    ) -> MappedMutexGuard<'a, U> {
        let part = f(&mut *this) as *mut U;
        let semaphore = ManuallyDrop::new(this).semaphore;
        // SAFETY: the permit of the guard that was not dropped, and a part of its part.
        unsafe { MappedMutexGuard::new(semaphore, part) }
    }

    /// A guard of a part of the part, if there is one; or else the guard that was given.
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
        let semaphore = ManuallyDrop::new(this).semaphore;
        // SAFETY: the permit of the guard that was not dropped, and a part of its part.
        Ok(unsafe { MappedMutexGuard::new(semaphore, part) })
    }
}

impl<T: ?Sized> Drop for MappedMutexGuard<'_, T> {
    fn drop(&mut self) {
        self.semaphore.release(1);
    }
}

// SAFETY: a guard is a `&mut T` and a reference to a semaphore, which is `Sync`.
unsafe impl<T: ?Sized + Send> Send for MappedMutexGuard<'_, T> {}

// SAFETY: as above: a guard that is shared gives out `&T`.
unsafe impl<T: ?Sized + Sync> Sync for MappedMutexGuard<'_, T> {}

impl<T: ?Sized, U: ?Sized> OwnedMappedMutexGuard<T, U> {
    /// # Safety
    ///
    /// The caller has the mutex's one permit, and gives it away; and `part` is in its value.
    pub(super) unsafe fn new(mutex: Arc<Mutex<T>>, part: *mut U) -> OwnedMappedMutexGuard<T, U> {
        OwnedMappedMutexGuard { mutex, part }
    }

    /// The mutex, which stays locked.
    fn into_mutex(self) -> Arc<Mutex<T>> {
        let this = ManuallyDrop::new(self);
        // SAFETY: the guard is not dropped, and not used any more.
        unsafe { ptr::read(&this.mutex) }
    }

    /// A guard of a part of the part.
    pub fn map<S: ?Sized>(
        mut this: Self,
        f: impl FnOnce(&mut U) -> &mut S,
    ) -> OwnedMappedMutexGuard<T, S> {
        let part = f(&mut *this) as *mut S;
        // SAFETY: the permit of the guard that was not dropped, and a part of its part.
        unsafe { OwnedMappedMutexGuard::new(this.into_mutex(), part) }
    }

    /// A guard of a part of the part, if there is one; or else the guard that was given.
    ///
    /// # Errors
    ///
    /// If `f` returns `None`.
    pub fn try_map<S: ?Sized>(
        mut this: Self,
        f: impl FnOnce(&mut U) -> Option<&mut S>,
    ) -> Result<OwnedMappedMutexGuard<T, S>, Self> {
        let Some(part) = f(&mut *this).map(|part| part as *mut S) else {
            return Err(this);
        };
        // SAFETY: the permit of the guard that was not dropped, and a part of its part.
        Ok(unsafe { OwnedMappedMutexGuard::new(this.into_mutex(), part) })
    }
}

impl<T: ?Sized, U: ?Sized> Drop for OwnedMappedMutexGuard<T, U> {
    fn drop(&mut self) {
        self.mutex.unlock();
    }
}

// SAFETY: a guard that goes to another thread takes along a `&mut U`, and a mutex, which may be dropped
// there with its value.
unsafe impl<T: ?Sized + Send, U: ?Sized + Send> Send for OwnedMappedMutexGuard<T, U> {}

// SAFETY: a guard that is shared gives out `&U`, and its mutex only to `drop`.
unsafe impl<T: ?Sized + Send + Sync, U: ?Sized + Sync> Sync for OwnedMappedMutexGuard<T, U> {}

// A guard has the permit (invariant: Permit Owns Value), and its part is in the value.
write_access!([T: ?Sized] MappedMutexGuard<'_, T> => T, |guard| guard.part);
write_access!([T: ?Sized, U: ?Sized] OwnedMappedMutexGuard<T, U> => U, |guard| guard.part);

//! The guards of a [`RwLock`]: access to the value, for as long as they live.
//!
//! A guard is a pointer and a hold. The pointer says what the guard gives access to: the value, or a
//! part of it that [`map`](RwLockReadGuard::map) has chosen. The hold says for how long: the lock is
//! released when it is dropped. So a guard is mapped by giving its hold to another pointer, and a
//! writer becomes a reader by changing its hold.
//!
//! # Invariants
//!
//! - **Valid While Held**: `value` points into the lock, and may be read through (by a write guard:
//!   and written) as long as `hold` lives.
//! - **Read What You May**: from a write guard that was mapped there is no way to a read guard. The
//!   closure has had a `&mut`, and may have found a way (a `Cell`'s) to one part that a `&` would
//!   not give; readers would then share it. tokio had that hole, #3345.
//!
//! In tokio: `sync/rwlock/*.rs`.

use std::marker::PhantomData;
use std::sync::Arc;

use super::{Hold, OwnedHold, RwLock};
use crate::access::{read_access, write_access};

/// Reads the value. Others may, too.
///
/// # Examples
///
/// ```
/// use locks::{RwLock, RwLockReadGuard};
///
/// timer_future::block_on(async {
///     let config = RwLock::new(("localhost", 8080));
///     let host = RwLockReadGuard::map(config.read().await, |config| &config.0);
///     let port = RwLockReadGuard::map(config.read().await, |config| &config.1);
///     assert_eq!((*host, *port), ("localhost", 8080));
///     assert!(config.try_write().is_err(), "it is being read");
/// });
/// ```
#[must_use = "the lock is released at once"]
pub struct RwLockReadGuard<'a, T: ?Sized> {
    value: *const T,
    hold: Hold<'a>,
    borrows: PhantomData<&'a T>,
}

/// Reads and writes the value, alone.
///
/// # Examples
///
/// ```
/// use locks::RwLock;
///
/// timer_future::block_on(async {
///     let log = RwLock::new(Vec::new());
///     let mut writer = log.write().await;
///     writer.push("started");
///     // Goes on as a reader, and no other writer comes in between.
///     let reader = writer.downgrade();
///     assert_eq!(*reader, ["started"]);
///     assert!(log.try_read().is_ok());
/// });
/// ```
#[must_use = "the lock is released at once"]
pub struct RwLockWriteGuard<'a, T: ?Sized> {
    value: *mut T,
    hold: Hold<'a>,
    borrows: PhantomData<&'a mut T>,
}

/// Reads and writes a part of the value, alone.
///
/// # Examples
///
/// ```
/// use locks::{RwLock, RwLockWriteGuard};
///
/// timer_future::block_on(async {
///     let point = RwLock::new((1, 2));
///     let mut x = RwLockWriteGuard::map(point.write().await, |point| &mut point.0);
///     *x += 10;
///     assert!(point.try_read().is_err(), "all of it is locked");
///     drop(x);
///     assert_eq!(*point.read().await, (11, 2));
/// });
/// ```
#[must_use = "the lock is released at once"]
pub struct RwLockMappedWriteGuard<'a, T: ?Sized> {
    value: *mut T,
    hold: Hold<'a>,
    borrows: PhantomData<&'a mut T>,
}

/// Reads the value `U` of, or in, a lock around a `T`, which it keeps alive.
///
/// # Examples
///
/// ```
/// use std::sync::Arc;
/// use std::thread;
///
/// use locks::RwLock;
///
/// timer_future::block_on(async {
///     let names = Arc::new(RwLock::new(vec!["ada", "grace"]));
///     let guard = Arc::clone(&names).read_owned().await;
///     // It borrows nothing: another thread reads, and releases the lock.
///     let count = thread::spawn(move || guard.len()).join().unwrap();
///     assert_eq!(count, 2);
///     assert!(names.try_write().is_ok());
/// });
/// ```
#[must_use = "the lock is released at once"]
pub struct OwnedRwLockReadGuard<T: ?Sized, U: ?Sized = T> {
    value: *const U,
    hold: OwnedHold<T>,
}

/// Reads and writes the value of a lock, which it keeps alive.
///
/// # Examples
///
/// ```
/// use std::sync::Arc;
/// use std::thread;
///
/// use locks::RwLock;
///
/// timer_future::block_on(async {
///     let names = Arc::new(RwLock::new(vec!["ada"]));
///     let mut guard = Arc::clone(&names).write_owned().await;
///     thread::spawn(move || guard.push("grace")).join().unwrap();
///     assert_eq!(*names.read().await, ["ada", "grace"]);
/// });
/// ```
#[must_use = "the lock is released at once"]
pub struct OwnedRwLockWriteGuard<T: ?Sized> {
    value: *mut T,
    hold: OwnedHold<T>,
}

/// Reads and writes a part `U` of the value of a lock around a `T`, which it keeps alive.
///
/// # Examples
///
/// ```
/// use std::sync::Arc;
///
/// use locks::{OwnedRwLockWriteGuard, RwLock};
///
/// timer_future::block_on(async {
///     let point = Arc::new(RwLock::new((1, 2)));
///     let guard = Arc::clone(&point).write_owned().await;
///     let mut y = OwnedRwLockWriteGuard::map(guard, |point| &mut point.1);
///     *y *= 10;
///     drop(y);
///     assert_eq!(*point.read().await, (1, 20));
/// });
/// ```
#[must_use = "the lock is released at once"]
pub struct OwnedRwLockMappedWriteGuard<T: ?Sized, U: ?Sized = T> {
    value: *mut U,
    hold: OwnedHold<T>,
}

// Raw pointers are neither `Send` nor `Sync`, so each guard says what it is.
//
// SAFETY: a read guard is a `&T`.
unsafe impl<T: ?Sized + Sync> Send for RwLockReadGuard<'_, T> {}
// SAFETY: a read guard is a `&T`.
unsafe impl<T: ?Sized + Send + Sync> Sync for RwLockReadGuard<'_, T> {}
// SAFETY: a write guard is a `&mut T`, and may become a `&T` beside others.
unsafe impl<T: ?Sized + Send + Sync> Send for RwLockWriteGuard<'_, T> {}
// SAFETY: as above.
unsafe impl<T: ?Sized + Send + Sync> Sync for RwLockWriteGuard<'_, T> {}
// SAFETY: as above.
unsafe impl<T: ?Sized + Send + Sync> Send for RwLockMappedWriteGuard<'_, T> {}
// SAFETY: as above.
unsafe impl<T: ?Sized + Send + Sync> Sync for RwLockMappedWriteGuard<'_, T> {}
// SAFETY: a `&U`, and a reference to the lock, the last of which drops the `T`.
unsafe impl<T: ?Sized + Send + Sync, U: ?Sized + Sync> Send for OwnedRwLockReadGuard<T, U> {}
// SAFETY: as above.
unsafe impl<T: ?Sized + Send + Sync, U: ?Sized + Send + Sync> Sync for OwnedRwLockReadGuard<T, U> {}
// SAFETY: a `&mut T`, and a reference to the lock.
unsafe impl<T: ?Sized + Send + Sync> Send for OwnedRwLockWriteGuard<T> {}
// SAFETY: as above.
unsafe impl<T: ?Sized + Send + Sync> Sync for OwnedRwLockWriteGuard<T> {}
// SAFETY: a `&mut U`, and a reference to the lock.
unsafe impl<T: ?Sized + Send + Sync, U: ?Sized + Send + Sync> Send
    for OwnedRwLockMappedWriteGuard<T, U>
{
}
// SAFETY: as above.
unsafe impl<T: ?Sized + Send + Sync, U: ?Sized + Send + Sync> Sync
    for OwnedRwLockMappedWriteGuard<T, U>
{
}

impl<'a, T: ?Sized> RwLockReadGuard<'a, T> {
    /// `hold` is one for reading, and `value` that of its lock.
    pub(super) fn new(value: *const T, hold: Hold<'a>) -> RwLockReadGuard<'a, T> {
        RwLockReadGuard {
            value,
            hold,
            borrows: PhantomData,
        }
    }

    /// A guard of a part of the value. Called as `RwLockReadGuard::map(guard, f)`, so that it hides
    /// no method of the value.
    pub fn map<F, U: ?Sized>(this: Self, f: F) -> RwLockReadGuard<'a, U>
    where
        F: FnOnce(&T) -> &U,
    {
        let part: *const U = f(&this);
        RwLockReadGuard::new(part, this.hold)
    }

    /// As [`map`](RwLockReadGuard::map), if there is such a part; otherwise the guard comes back.
    pub fn try_map<F, U: ?Sized>(this: Self, f: F) -> Result<RwLockReadGuard<'a, U>, Self>
    where
        F: FnOnce(&T) -> Option<&U>,
    {
        let Some(part) = f(&this).map(|part| part as *const U) else {
            return Err(this);
        };
        Ok(RwLockReadGuard::new(part, this.hold))
    }
}

impl<'a, T: ?Sized> RwLockWriteGuard<'a, T> {
    /// `hold` is one for writing, and `value` that of its lock.
    pub(super) fn new(value: *mut T, hold: Hold<'a>) -> RwLockWriteGuard<'a, T> {
        RwLockWriteGuard {
            value,
            hold,
            borrows: PhantomData,
        }
    }

    /// A guard of a part of the value.
    pub fn map<F, U: ?Sized>(mut this: Self, f: F) -> RwLockMappedWriteGuard<'a, U>
    where
        F: FnOnce(&mut T) -> &mut U,
    {
        let part: *mut U = f(&mut this);
        RwLockMappedWriteGuard::new(part, this.hold)
    }

    /// As [`map`](RwLockWriteGuard::map), if there is such a part; otherwise the guard comes back.
    pub fn try_map<F, U: ?Sized>(
        mut this: Self,
        f: F,
    ) -> Result<RwLockMappedWriteGuard<'a, U>, Self>
    where
        F: FnOnce(&mut T) -> Option<&mut U>,
    {
        let Some(part) = f(&mut this).map(|part| part as *mut U) else {
            return Err(this);
        };
        Ok(RwLockMappedWriteGuard::new(part, this.hold))
    }

    /// A guard as [`map`](RwLockWriteGuard::map) makes it, of the whole value.
    pub fn into_mapped(this: Self) -> RwLockMappedWriteGuard<'a, T> {
        RwLockWriteGuard::map(this, |value| value)
    }

    /// Makes a reader of this writer. No other writer has the lock in between.
    pub fn downgrade(self) -> RwLockReadGuard<'a, T> {
        RwLockWriteGuard::downgrade_map(self, |value| value)
    }

    /// As [`downgrade`](RwLockWriteGuard::downgrade), of a part of the value.
    pub fn downgrade_map<F, U: ?Sized>(mut this: Self, f: F) -> RwLockReadGuard<'a, U>
    where
        F: FnOnce(&T) -> &U,
    {
        let part: *const U = f(&this);
        this.hold.downgrade();
        RwLockReadGuard::new(part, this.hold)
    }

    /// As [`downgrade_map`](RwLockWriteGuard::downgrade_map), if there is such a part; otherwise
    /// the guard comes back.
    pub fn try_downgrade_map<F, U: ?Sized>(
        mut this: Self,
        f: F,
    ) -> Result<RwLockReadGuard<'a, U>, Self>
    where
        F: FnOnce(&T) -> Option<&U>,
    {
        let Some(part) = f(&this).map(|part| part as *const U) else {
            return Err(this);
        };
        this.hold.downgrade();
        Ok(RwLockReadGuard::new(part, this.hold))
    }
}

impl<'a, T: ?Sized> RwLockMappedWriteGuard<'a, T> {
    fn new(value: *mut T, hold: Hold<'a>) -> RwLockMappedWriteGuard<'a, T> {
        RwLockMappedWriteGuard {
            value,
            hold,
            borrows: PhantomData,
        }
    }

    /// A guard of a part of the part.
    pub fn map<F, U: ?Sized>(mut this: Self, f: F) -> RwLockMappedWriteGuard<'a, U>
    where
        F: FnOnce(&mut T) -> &mut U,
    {
        let part: *mut U = f(&mut this);
        RwLockMappedWriteGuard::new(part, this.hold)
    }

    /// As [`map`](RwLockMappedWriteGuard::map), if there is such a part; otherwise the guard comes
    /// back.
    pub fn try_map<F, U: ?Sized>(
        mut this: Self,
        f: F,
    ) -> Result<RwLockMappedWriteGuard<'a, U>, Self>
    where
        F: FnOnce(&mut T) -> Option<&mut U>,
    {
        let Some(part) = f(&mut this).map(|part| part as *mut U) else {
            return Err(this);
        };
        Ok(RwLockMappedWriteGuard::new(part, this.hold))
    }
}

impl<T: ?Sized, U: ?Sized> OwnedRwLockReadGuard<T, U> {
    /// `hold` is one for reading, and `value` in its lock.
    pub(super) fn new(value: *const U, hold: OwnedHold<T>) -> OwnedRwLockReadGuard<T, U> {
        OwnedRwLockReadGuard { value, hold }
    }

    /// A guard of a part of the value.
    pub fn map<F, V: ?Sized>(this: Self, f: F) -> OwnedRwLockReadGuard<T, V>
    where
        F: FnOnce(&U) -> &V,
    {
        let part: *const V = f(&this);
        OwnedRwLockReadGuard::new(part, this.hold)
    }

    /// As [`map`](OwnedRwLockReadGuard::map), if there is such a part; otherwise the guard comes
    /// back.
    pub fn try_map<F, V: ?Sized>(this: Self, f: F) -> Result<OwnedRwLockReadGuard<T, V>, Self>
    where
        F: FnOnce(&U) -> Option<&V>,
    {
        let Some(part) = f(&this).map(|part| part as *const V) else {
            return Err(this);
        };
        Ok(OwnedRwLockReadGuard::new(part, this.hold))
    }

    /// The lock that this is a guard of.
    pub fn rwlock(this: &Self) -> &Arc<RwLock<T>> {
        this.hold.lock()
    }
}

impl<T: ?Sized> OwnedRwLockWriteGuard<T> {
    /// `hold` is one for writing, and `value` that of its lock.
    pub(super) fn new(value: *mut T, hold: OwnedHold<T>) -> OwnedRwLockWriteGuard<T> {
        OwnedRwLockWriteGuard { value, hold }
    }

    /// A guard of a part of the value.
    pub fn map<F, U: ?Sized>(mut this: Self, f: F) -> OwnedRwLockMappedWriteGuard<T, U>
    where
        F: FnOnce(&mut T) -> &mut U,
    {
        let part: *mut U = f(&mut this);
        OwnedRwLockMappedWriteGuard {
            value: part,
            hold: this.hold,
        }
    }

    /// As [`map`](OwnedRwLockWriteGuard::map), if there is such a part; otherwise the guard comes
    /// back.
    pub fn try_map<F, U: ?Sized>(
        mut this: Self,
        f: F,
    ) -> Result<OwnedRwLockMappedWriteGuard<T, U>, Self>
    where
        F: FnOnce(&mut T) -> Option<&mut U>,
    {
        let Some(part) = f(&mut this).map(|part| part as *mut U) else {
            return Err(this);
        };
        Ok(OwnedRwLockMappedWriteGuard {
            value: part,
            hold: this.hold,
        })
    }

    /// A guard as [`map`](OwnedRwLockWriteGuard::map) makes it, of the whole value.
    pub fn into_mapped(this: Self) -> OwnedRwLockMappedWriteGuard<T> {
        OwnedRwLockWriteGuard::map(this, |value| value)
    }

    /// Makes a reader of this writer. No other writer has the lock in between.
    pub fn downgrade(self) -> OwnedRwLockReadGuard<T> {
        OwnedRwLockWriteGuard::downgrade_map(self, |value| value)
    }

    /// As [`downgrade`](OwnedRwLockWriteGuard::downgrade), of a part of the value.
    pub fn downgrade_map<F, U: ?Sized>(mut this: Self, f: F) -> OwnedRwLockReadGuard<T, U>
    where
        F: FnOnce(&T) -> &U,
    {
        let part: *const U = f(&this);
        this.hold.downgrade();
        OwnedRwLockReadGuard::new(part, this.hold)
    }

    /// As [`downgrade_map`](OwnedRwLockWriteGuard::downgrade_map), if there is such a part;
    /// otherwise the guard comes back.
    pub fn try_downgrade_map<F, U: ?Sized>(
        mut this: Self,
        f: F,
    ) -> Result<OwnedRwLockReadGuard<T, U>, Self>
    where
        F: FnOnce(&T) -> Option<&U>,
    {
        let Some(part) = f(&this).map(|part| part as *const U) else {
            return Err(this);
        };
        this.hold.downgrade();
        Ok(OwnedRwLockReadGuard::new(part, this.hold))
    }

    /// The lock that this is a guard of.
    pub fn rwlock(this: &Self) -> &Arc<RwLock<T>> {
        this.hold.lock()
    }
}

impl<T: ?Sized, U: ?Sized> OwnedRwLockMappedWriteGuard<T, U> {
    /// A guard of a part of the part.
    pub fn map<F, V: ?Sized>(mut this: Self, f: F) -> OwnedRwLockMappedWriteGuard<T, V>
    where
        F: FnOnce(&mut U) -> &mut V,
    {
        let part: *mut V = f(&mut this);
        OwnedRwLockMappedWriteGuard {
            value: part,
            hold: this.hold,
        }
    }

    /// As [`map`](OwnedRwLockMappedWriteGuard::map), if there is such a part; otherwise the guard
    /// comes back.
    pub fn try_map<F, V: ?Sized>(
        mut this: Self,
        f: F,
    ) -> Result<OwnedRwLockMappedWriteGuard<T, V>, Self>
    where
        F: FnOnce(&mut U) -> Option<&mut V>,
    {
        let Some(part) = f(&mut this).map(|part| part as *mut V) else {
            return Err(this);
        };
        Ok(OwnedRwLockMappedWriteGuard {
            value: part,
            hold: this.hold,
        })
    }

    /// The lock that this is a guard of.
    pub fn rwlock(this: &Self) -> &Arc<RwLock<T>> {
        this.hold.lock()
    }
}

// Each of them reaches its value as long as it has the hold (Valid While Held).
read_access!([T: ?Sized] RwLockReadGuard<'_, T> => T, |guard| guard.value);
write_access!([T: ?Sized] RwLockWriteGuard<'_, T> => T, |guard| guard.value);
write_access!([T: ?Sized] RwLockMappedWriteGuard<'_, T> => T, |guard| guard.value);
read_access!([T: ?Sized, U: ?Sized] OwnedRwLockReadGuard<T, U> => U, |guard| guard.value);
write_access!([T: ?Sized] OwnedRwLockWriteGuard<T> => T, |guard| guard.value);
write_access!([T: ?Sized, U: ?Sized] OwnedRwLockMappedWriteGuard<T, U> => U, |guard| guard.value);

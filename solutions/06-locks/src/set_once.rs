//! A value that is set once, and that others wait for.
//!
//! For example, a task finds out where a service listens, and ten others cannot begin before they know.
//! A [`OnceCell`](crate::OnceCell) is for a value that the first task to need it makes. Here the others
//! cannot make the value: they wait until it is set.
//!
//! In tokio: `sync/set_once.rs`.

// ANCHOR: ex-6-10-set-once
use std::error::Error;
use std::fmt;
use std::mem::MaybeUninit;
use std::sync::PoisonError;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};

use model::loom::cell::UnsafeCell;
use model::loom::sync::Mutex;
use model::loom::sync::atomic::AtomicBool;

use crate::Notify;

// Invariants:
//
// - Written Under Lock: `value` is written by the holder of `writing`, once, before `is_set`.
// - Set For Ever: while `is_set` is true, `value` is initialized, and no thread writes it.
// - Value, Then Wake: the tasks that wait are woken after `is_set`; and they look at it after they
//   have claimed to be woken.

/// A cell that is set once. Tasks can wait until it is.
///
/// # Examples
///
/// ```
/// use locks::SetOnce;
///
/// timer_future::block_on(async {
///     let port = SetOnce::new();
///     assert_eq!(port.get(), None);
///     port.set(8080).unwrap();
///     assert_eq!(port.wait().await, &8080);
///     assert!(port.set(9090).is_err());
/// });
/// ```
pub struct SetOnce<T> {
    /// Whether `value` is there. Written by the holder of `writing`, read by all.
    is_set: AtomicBool,
    value: UnsafeCell<MaybeUninit<T>>,
    /// The right to write the value.
    writing: Mutex<()>,
    /// Woken when the value has been set.
    set: Notify,
}

/// There is a value already. The other one comes back.
///
/// # Examples
///
/// ```
/// use locks::{SetOnce, SetOnceError};
///
/// let address = SetOnce::new();
/// assert_eq!(address.set("10.0.0.1"), Ok(()));
/// assert_eq!(address.set("10.0.0.2"), Err(SetOnceError("10.0.0.2")));
/// assert_eq!(address.get(), Some(&"10.0.0.1"));
/// ```
#[derive(Debug, PartialEq, Eq)]
pub struct SetOnceError<T>(pub T);

// SAFETY: a `&SetOnce` gives `&T` to any thread, hence `T: Sync`; and through `set` on one thread and
// `into_inner` on another a `T` moves between them, hence `T: Send`. `is_set` orders the one write
// before all reads (invariants: Written Under Lock, Set For Ever).
unsafe impl<T: Send + Sync> Sync for SetOnce<T> {}
// SAFETY: it owns a `T` and nothing that is bound to a thread.
unsafe impl<T: Send> Send for SetOnce<T> {}

impl<T> SetOnce<T> {
    /// An empty cell.
    pub fn new() -> SetOnce<T> {
        SetOnce {
            is_set: AtomicBool::new(false),
            value: UnsafeCell::new(MaybeUninit::uninit()),
            writing: Mutex::new(()),
            set: Notify::new(),
        }
    }

    /// An empty cell, for a `static`.
    #[cfg(not(loom))]
    pub const fn const_new() -> SetOnce<T> {
        SetOnce {
            is_set: AtomicBool::new(false),
            value: UnsafeCell::new(MaybeUninit::uninit()),
            writing: Mutex::new(()),
            set: Notify::const_new(),
        }
    }

    /// A cell that holds `value`, or an empty one.
    pub fn new_with(value: Option<T>) -> SetOnce<T> {
        match value {
            Some(value) => SetOnce::from(value),
            None => SetOnce::new(),
        }
    }

    /// A cell that holds `value`, for a `static`.
    #[cfg(not(loom))]
    pub const fn const_new_with(value: T) -> SetOnce<T> {
        SetOnce {
            is_set: AtomicBool::new(true),
            value: UnsafeCell::new(MaybeUninit::new(value)),
            writing: Mutex::new(()),
            set: Notify::const_new(),
        }
    }

    /// Whether there is a value.
    pub fn initialized(&self) -> bool {
        // ORDERING: Acquire, with the Release in `set`: a thread that sees the flag sees the value.
        self.is_set.load(Acquire)
    }

    /// The value, if it has been set.
    pub fn get(&self) -> Option<&T> {
        if !self.initialized() {
            return None;
        }
        // SAFETY: initialized, and not written again while `self` is borrowed (Set For Ever).
        Some(self.value.with(|value| unsafe { &*value.cast::<T>() }))
    }

    /// Sets the value, and wakes all who wait for it.
    ///
    /// # Errors
    ///
    /// With the value, if there is one already.
    pub fn set(&self, value: T) -> Result<(), SetOnceError<T>> {
        // Our turn to write, or to see what another thread has written: it does not take long, for
        // nothing foreign runs under this lock.
        let writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        // ORDERING: Relaxed: it is written under the lock.
        if self.is_set.load(Relaxed) {
            return Err(SetOnceError(value));
        }
        self.value.with_mut(|place| {
            // SAFETY: we have the lock (Written Under Lock), and the flag is not set, so no thread
            // reads.
            unsafe { place.cast::<T>().write(value) };
        });
        // ORDERING: Release, with the Acquire in `initialized`.
        self.is_set.store(true, Release);
        drop(writing);
        self.set.notify_waiters();
        Ok(())
    }

    /// Waits until the value is set.
    ///
    /// # Cancellation
    ///
    /// Safe: nothing is lost.
    #[harness::leaf("SetOnce::wait")]
    pub async fn wait(&self) -> &T {
        loop {
            // First the claim to be woken, then the look (Value, Then Wake).
            let set = self.set.notified();
            if let Some(value) = self.get() {
                return value;
            }
            set.await;
        }
    }

    /// The value, if it has been set. The caller owns the cell.
    pub fn into_inner(self) -> Option<T> {
        // ORDERING: Relaxed, as is the store: the cell is ours alone.
        if !self.is_set.load(Relaxed) {
            return None;
        }
        // The flag goes first: what is left of the cell has no value to drop.
        self.is_set.store(false, Relaxed);
        // SAFETY: it was initialized, and it is not read again, for the flag is gone.
        Some(self.value.with(|value| unsafe { value.cast::<T>().read() }))
    }
}

impl<T> Drop for SetOnce<T> {
    fn drop(&mut self) {
        // ORDERING: Relaxed: no other code has the cell.
        if self.is_set.load(Relaxed) {
            // SAFETY: initialized, and this is the last access.
            self.value
                .with_mut(|value| unsafe { value.cast::<T>().drop_in_place() });
        }
    }
}

impl<T> From<T> for SetOnce<T> {
    fn from(value: T) -> SetOnce<T> {
        SetOnce {
            is_set: AtomicBool::new(true),
            value: UnsafeCell::new(MaybeUninit::new(value)),
            writing: Mutex::new(()),
            set: Notify::new(),
        }
    }
}

impl<T> Default for SetOnce<T> {
    fn default() -> SetOnce<T> {
        SetOnce::new()
    }
}

impl<T: Clone> Clone for SetOnce<T> {
    fn clone(&self) -> SetOnce<T> {
        SetOnce::new_with(self.get().cloned())
    }
}

impl<T: PartialEq> PartialEq for SetOnce<T> {
    fn eq(&self, other: &SetOnce<T>) -> bool {
        self.get() == other.get()
    }
}

impl<T: Eq> Eq for SetOnce<T> {}

impl<T: fmt::Debug> fmt::Debug for SetOnce<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SetOnce")
            .field("value", &self.get())
            .finish()
    }
}

impl<T> fmt::Display for SetOnceError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SetOnceError")
    }
}

impl<T: fmt::Debug> Error for SetOnceError<T> {}
// ANCHOR_END: ex-6-10-set-once

//! A value that is made once, by the task that needs it first.
//!
//! Some values take a while to make, for example a connection, a configuration or a cache. So such
//! a value is not made before a task asks for it, and the making may wait. Other tasks that ask
//! meanwhile must not make a second one. They wait. And the making may fail, panic, or be dropped half
//! way, since it is a future like all others; then a waiting task makes the value in its place.
//!
//! In tokio: `sync/once_cell.rs`.

// ANCHOR: ex-6-9-once-cell
use std::error::Error;
use std::fmt;
use std::mem::MaybeUninit;
use std::sync::atomic::Ordering::{Acquire, Release};

use model::loom::cell::UnsafeCell;
use model::loom::sync::atomic::AtomicBool;

use crate::{Semaphore, SemaphorePermit, TryAcquireError};

// A semaphore of one permit says which task may make the value:
//
//     permit there      nobody is making a value            set, get_or_init take it
//     permit taken      somebody is; others wait in line    dropped with its future: next in line
//     closed            there is a value                    everybody in line is woken, and reads
//
// Invariants:
//
// - Written By The Permit: `value` is written by the holder of the permit, before `is_set`.
// - Set For Ever: while `is_set` is true, `value` is initialized and nobody writes to it through a
//   shared reference. Only `&mut` takes it away.

/// A cell that is written once, by a future if need be.
///
/// # Examples
///
/// ```
/// use locks::OnceCell;
///
/// timer_future::block_on(async {
///     let cell = OnceCell::new();
///     assert_eq!(cell.get(), None);
///     assert_eq!(*cell.get_or_init(async || 1).await, 1);
///     assert_eq!(*cell.get_or_init(async || 2).await, 1, "made once");
/// });
/// ```
pub struct OnceCell<T> {
    /// Whether `value` is there. Written by the holder of the permit, read by all.
    is_set: AtomicBool,
    value: UnsafeCell<MaybeUninit<T>>,
    /// One permit, the right to write `value`. Closed as soon as there is a value.
    right: Semaphore,
}

/// Why a value was not set. It comes back.
///
/// # Examples
///
/// ```
/// use locks::{OnceCell, SetError};
///
/// let cell = OnceCell::new();
/// assert_eq!(cell.set("first"), Ok(()));
/// let error = cell.set("second").unwrap_err();
/// assert!(error.is_already_init_err());
/// assert_eq!(error, SetError::AlreadyInitializedError("second"), "the value comes back");
/// ```
#[derive(Debug, PartialEq, Eq)]
pub enum SetError<T> {
    /// There is a value already.
    AlreadyInitializedError(T),
    /// Another task is making a value just now.
    InitializingError(T),
}

// SAFETY: a `&OnceCell` gives `&T` to any thread, hence `T: Sync`; and through `set` on one thread
// and `take` on another a `T` moves between them, hence `T: Send`. `is_set` and the permit order
// the one write before all reads (invariants: Written By The Permit, Set For Ever).
unsafe impl<T: Send + Sync> Sync for OnceCell<T> {}
// SAFETY: it owns a `T` and nothing that is bound to a thread.
unsafe impl<T: Send> Send for OnceCell<T> {}

impl<T> OnceCell<T> {
    /// An empty cell.
    pub fn new() -> OnceCell<T> {
        OnceCell {
            is_set: AtomicBool::new(false),
            value: UnsafeCell::new(MaybeUninit::uninit()),
            right: Semaphore::new(1),
        }
    }

    /// An empty cell, for a `static`.
    #[cfg(not(loom))]
    pub const fn const_new() -> OnceCell<T> {
        OnceCell {
            is_set: AtomicBool::new(false),
            value: UnsafeCell::new(MaybeUninit::uninit()),
            right: Semaphore::const_new(1),
        }
    }

    /// A cell that holds `value`, or an empty one.
    pub fn new_with(value: Option<T>) -> OnceCell<T> {
        match value {
            Some(value) => OnceCell::from(value),
            None => OnceCell::new(),
        }
    }

    /// A cell that holds `value`, for a `static`.
    #[cfg(not(loom))]
    pub const fn const_new_with(value: T) -> OnceCell<T> {
        OnceCell {
            is_set: AtomicBool::new(true),
            value: UnsafeCell::new(MaybeUninit::new(value)),
            right: Semaphore::const_new(0),
        }
    }

    /// Whether there is a value.
    pub fn initialized(&self) -> bool {
        // ORDERING: Acquire, with the Release in `fill`: a thread that sees the flag sees the value.
        self.is_set.load(Acquire)
    }

    /// The value, if it is there.
    pub fn get(&self) -> Option<&T> {
        // SAFETY: the flag was seen.
        self.initialized().then(|| unsafe { self.get_unchecked() })
    }

    /// The value, if it is there, to change it. Needs no lock: `&mut self` keeps all others out.
    pub fn get_mut(&mut self) -> Option<&mut T> {
        if !self.initialized() {
            return None;
        }
        let value: *mut T = self.value.with_mut(|value| value.cast());
        // SAFETY: initialized (Set For Ever), and `&mut self` keeps all other code out.
        Some(unsafe { &mut *value })
    }

    /// Puts a value into an empty cell.
    ///
    /// If there is a value already, or a task is making one, `value` comes back.
    pub fn set(&self, value: T) -> Result<(), SetError<T>> {
        if self.initialized() {
            return Err(SetError::AlreadyInitializedError(value));
        }
        match self.right.try_acquire() {
            Ok(permit) => {
                self.fill(value, permit);
                Ok(())
            }
            Err(TryAcquireError::NoPermits) => Err(SetError::InitializingError(value)),
            Err(TryAcquireError::Closed) => Err(SetError::AlreadyInitializedError(value)),
        }
    }

    /// The value. If there is none, `init` makes it; if another task is making it, waits for that.
    ///
    /// `init` runs under no lock: a task that uses the cell meanwhile waits without blocking a thread.
    /// Awaiting the same cell inside `init` waits for ever.
    ///
    /// # Cancellation
    ///
    /// Dropping this future while it makes the value drops the future of `init`, and leaves the
    /// cell empty: the task that has waited longest makes the value then, with its own `init`.
    /// Dropping it while it waits gives up its place.
    ///
    /// # Panics
    ///
    /// If `init` does. The cell is left empty, as by a cancellation.
    #[harness::around("OnceCell::get_or_init")]
    pub async fn get_or_init<F, Fut>(&self, init: F) -> &T
    where
        F: FnOnce() -> Fut,
        Fut: Future<Output = T>,
    {
        let made = self.get_or_try_init(async || Ok::<T, Never>(init().await));
        match made.await {
            Ok(value) => value,
            Err(never) => match never {},
        }
    }

    /// The value. If there is none, `init` makes it, or fails to; then the error is returned, the
    /// cell stays empty, and the next one in line tries.
    ///
    /// # Cancellation
    ///
    /// As [`get_or_init`](OnceCell::get_or_init).
    ///
    /// # Panics
    ///
    /// If `init` does. The cell is left empty, as by a cancellation.
    #[harness::around("OnceCell::get_or_try_init")]
    pub async fn get_or_try_init<E, F, Fut>(&self, init: F) -> Result<&T, E>
    where
        F: FnOnce() -> Fut,
        Fut: Future<Output = Result<T, E>>,
    {
        if let Some(value) = self.get() {
            return Ok(value);
        }
        match self.right.acquire().await {
            // However this ends without a value, the permit is dropped and goes to the next.
            Ok(permit) => {
                let value = init().await?;
                Ok(self.fill(value, permit))
            }
            Err(_) => Ok(self
                .get()
                .expect("the semaphore is closed once there is a value")),
        }
    }

    /// The value, if it is there. The caller owns the cell.
    pub fn into_inner(mut self) -> Option<T> {
        self.take()
    }

    /// Takes the value out, if it is there, and leaves an empty cell.
    pub fn take(&mut self) -> Option<T> {
        if !self.initialized() {
            return None;
        }
        // A new cell, for the semaphore of this one is closed. What is left of the old one has no
        // value to drop: the flag goes first.
        let old = std::mem::take(self);
        old.is_set.store(false, Release);
        // SAFETY: it was initialized, and it is not read again, for the flag is gone.
        Some(old.value.with(|value| unsafe { value.cast::<T>().read() }))
    }

    /// Writes the value, and lets all waiting tasks in.
    fn fill(&self, value: T, permit: SemaphorePermit<'_>) -> &T {
        debug_assert!(!self.initialized(), "Set For Ever: a value is written over");
        self.value.with_mut(|slot| {
            // SAFETY: we have the permit (Written By The Permit), and the flag is not set, so
            // no thread reads.
            unsafe { slot.cast::<T>().write(value) };
        });
        // ORDERING: Release, with the Acquire in `initialized`.
        self.is_set.store(true, Release);
        // First the value, then the wakes: a task that finds the semaphore closed finds a value.
        self.right.close();
        permit.forget();
        // SAFETY: the flag is set, by the line above.
        unsafe { self.get_unchecked() }
    }

    /// # Safety
    ///
    /// `is_set` was seen to be true.
    unsafe fn get_unchecked(&self) -> &T {
        // SAFETY: initialized, and not written again while `self` is borrowed (Set For Ever).
        self.value.with(|value| unsafe { &*value.cast::<T>() })
    }
}

impl<T> Drop for OnceCell<T> {
    fn drop(&mut self) {
        if self.initialized() {
            // SAFETY: initialized, no other code has the cell, and this is the last access.
            self.value
                .with_mut(|value| unsafe { value.cast::<T>().drop_in_place() });
        }
    }
}

/// The error of what cannot fail.
enum Never {}

impl<T> From<T> for OnceCell<T> {
    fn from(value: T) -> OnceCell<T> {
        OnceCell {
            is_set: AtomicBool::new(true),
            value: UnsafeCell::new(MaybeUninit::new(value)),
            right: Semaphore::new_closed(),
        }
    }
}

impl<T> Default for OnceCell<T> {
    fn default() -> OnceCell<T> {
        OnceCell::new()
    }
}

impl<T: Clone> Clone for OnceCell<T> {
    fn clone(&self) -> OnceCell<T> {
        OnceCell::new_with(self.get().cloned())
    }
}

impl<T: PartialEq> PartialEq for OnceCell<T> {
    fn eq(&self, other: &OnceCell<T>) -> bool {
        self.get() == other.get()
    }
}

impl<T: Eq> Eq for OnceCell<T> {}

impl<T: fmt::Debug> fmt::Debug for OnceCell<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OnceCell")
            .field("value", &self.get())
            .finish()
    }
}

impl<T> SetError<T> {
    /// Whether there was a value already.
    pub fn is_already_init_err(&self) -> bool {
        matches!(self, SetError::AlreadyInitializedError(_))
    }

    /// Whether another task was making a value.
    pub fn is_initializing_err(&self) -> bool {
        matches!(self, SetError::InitializingError(_))
    }
}

impl<T> fmt::Display for SetError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            SetError::AlreadyInitializedError(_) => "AlreadyInitializedError",
            SetError::InitializingError(_) => "InitializingError",
        })
    }
}

impl<T: fmt::Debug> Error for SetError<T> {}
// ANCHOR_END: ex-6-9-once-cell

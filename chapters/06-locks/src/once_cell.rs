//! A value that is made once, by the task that needs it first.
//!
//! Some values take a while to make, for example a connection, a configuration or a cache. So such
//! a value is not made before a task asks for it, and the making may wait. Other tasks that ask
//! meanwhile must not make a second one. They wait. And the making may fail, panic, or be dropped half
//! way, since it is a future like all others; then a waiting task makes the value in its place.
//!
//! In tokio: `sync/once_cell.rs`.

// ANCHOR: ex-6-9-once-cell
// All of this is yours, until the end of the file: what is public has to stay as it is. Add what
// you need. A cell that many threads read may need `unsafe impl Sync`; say why it is right.

use std::error::Error;
use std::fmt;

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
    // Yours to replace, as are all private fields and whatever else is not public.
    value: Option<T>,
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

impl<T> OnceCell<T> {
    /// An empty cell.
    pub fn new() -> OnceCell<T> {
        todo!("6.9 once-cell")
    }

    /// An empty cell, for a `static`.
    #[cfg(not(loom))]
    pub const fn const_new() -> OnceCell<T> {
        panic!("not yet implemented: 6.9 once-cell")
    }

    /// A cell that holds `value`, or an empty one.
    pub fn new_with(value: Option<T>) -> OnceCell<T> {
        todo!("6.9 once-cell")
    }

    /// A cell that holds `value`, for a `static`.
    #[cfg(not(loom))]
    pub const fn const_new_with(value: T) -> OnceCell<T> {
        panic!("not yet implemented: 6.9 once-cell")
    }

    /// Whether there is a value.
    pub fn initialized(&self) -> bool {
        todo!("6.9 once-cell")
    }

    /// The value, if it is there.
    pub fn get(&self) -> Option<&T> {
        todo!("6.9 once-cell")
    }

    /// The value, if it is there, to change it. Needs no lock: `&mut self` keeps all others out.
    pub fn get_mut(&mut self) -> Option<&mut T> {
        todo!("6.9 once-cell")
    }

    /// Puts a value into an empty cell.
    ///
    /// If there is a value already, or a task is making one, `value` comes back.
    pub fn set(&self, value: T) -> Result<(), SetError<T>> {
        todo!("6.9 once-cell")
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
        todo!("6.9 once-cell")
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
        todo!("6.9 once-cell")
    }

    /// The value, if it is there. The caller owns the cell.
    pub fn into_inner(mut self) -> Option<T> {
        todo!("6.9 once-cell")
    }

    /// Takes the value out, if it is there, and leaves an empty cell.
    pub fn take(&mut self) -> Option<T> {
        todo!("6.9 once-cell")
    }
}

impl<T> From<T> for OnceCell<T> {
    fn from(value: T) -> OnceCell<T> {
        todo!("6.9 once-cell")
    }
}

impl<T> Default for OnceCell<T> {
    fn default() -> OnceCell<T> {
        todo!("6.9 once-cell")
    }
}

impl<T: Clone> Clone for OnceCell<T> {
    fn clone(&self) -> OnceCell<T> {
        todo!("6.9 once-cell")
    }
}

impl<T: PartialEq> PartialEq for OnceCell<T> {
    fn eq(&self, other: &OnceCell<T>) -> bool {
        todo!("6.9 once-cell")
    }
}

impl<T: Eq> Eq for OnceCell<T> {}

impl<T: fmt::Debug> fmt::Debug for OnceCell<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        todo!("6.9 once-cell")
    }
}

impl<T> SetError<T> {
    /// Whether there was a value already.
    pub fn is_already_init_err(&self) -> bool {
        todo!("6.9 once-cell")
    }

    /// Whether another task was making a value.
    pub fn is_initializing_err(&self) -> bool {
        todo!("6.9 once-cell")
    }
}

impl<T> fmt::Display for SetError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        todo!("6.9 once-cell")
    }
}

impl<T: fmt::Debug> Error for SetError<T> {}
// ANCHOR_END: ex-6-9-once-cell

//! A value that is set once, and that others wait for.
//!
//! For example, a task finds out where a service listens, and ten others cannot begin before they know.
//! A [`OnceCell`](crate::OnceCell) is for a value that the first task to need it makes. Here the others
//! cannot make the value: they wait until it is set.
//!
//! In tokio: `sync/set_once.rs`.

// ANCHOR: ex-6-10-set-once
// All of this is yours, until the end of the file: what is public has to stay as it is. Add what
// you need. A cell that many threads read may need `unsafe impl Sync`; say why it is right.

use std::error::Error;
use std::fmt;

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
    // Yours to replace, as are all private fields and whatever else is not public.
    value: Option<T>,
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

impl<T> SetOnce<T> {
    /// An empty cell.
    pub fn new() -> SetOnce<T> {
        todo!("6.10 set-once")
    }

    /// An empty cell, for a `static`.
    #[cfg(not(loom))]
    pub const fn const_new() -> SetOnce<T> {
        panic!("not yet implemented: 6.10 set-once")
    }

    /// A cell that holds `value`, or an empty one.
    pub fn new_with(value: Option<T>) -> SetOnce<T> {
        todo!("6.10 set-once")
    }

    /// A cell that holds `value`, for a `static`.
    #[cfg(not(loom))]
    pub const fn const_new_with(value: T) -> SetOnce<T> {
        panic!("not yet implemented: 6.10 set-once")
    }

    /// Whether there is a value.
    pub fn initialized(&self) -> bool {
        todo!("6.10 set-once")
    }

    /// The value, if it has been set.
    pub fn get(&self) -> Option<&T> {
        todo!("6.10 set-once")
    }

    /// Sets the value, and wakes all who wait for it.
    ///
    /// # Errors
    ///
    /// With the value, if there is one already.
    pub fn set(&self, value: T) -> Result<(), SetOnceError<T>> {
        todo!("6.10 set-once")
    }

    /// Waits until the value is set.
    ///
    /// # Cancellation
    ///
    /// Safe: nothing is lost.
    #[harness::leaf("SetOnce::wait")]
    pub async fn wait(&self) -> &T {
        todo!("6.10 set-once")
    }

    /// The value, if it has been set. The caller owns the cell.
    pub fn into_inner(self) -> Option<T> {
        todo!("6.10 set-once")
    }
}

impl<T> From<T> for SetOnce<T> {
    fn from(value: T) -> SetOnce<T> {
        todo!("6.10 set-once")
    }
}

impl<T> Default for SetOnce<T> {
    fn default() -> SetOnce<T> {
        todo!("6.10 set-once")
    }
}

impl<T: Clone> Clone for SetOnce<T> {
    fn clone(&self) -> SetOnce<T> {
        todo!("6.10 set-once")
    }
}

impl<T: PartialEq> PartialEq for SetOnce<T> {
    fn eq(&self, other: &SetOnce<T>) -> bool {
        todo!("6.10 set-once")
    }
}

impl<T: Eq> Eq for SetOnce<T> {}

impl<T: fmt::Debug> fmt::Debug for SetOnce<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        todo!("6.10 set-once")
    }
}

impl<T> fmt::Display for SetOnceError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        todo!("6.10 set-once")
    }
}

impl<T: fmt::Debug> Error for SetOnceError<T> {}
// ANCHOR_END: ex-6-10-set-once

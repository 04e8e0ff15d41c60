//! Why there is no permit.
//!
//! In tokio: `AcquireError`, `TryAcquireError` in `sync/batch_semaphore.rs`.

use std::error::Error;
use std::fmt;

/// The semaphore was closed.
///
/// # Examples
///
/// ```
/// use locks::Semaphore;
/// use timer_future::{block_on, join};
///
/// let slots = Semaphore::new(0);
/// // A server shuts down: no job that waits for a slot will get one.
/// let (waiting, ()) = block_on(join(slots.acquire(), async { slots.close() }));
/// assert_eq!(waiting.unwrap_err().to_string(), "semaphore closed");
/// ```
#[derive(Debug)]
pub struct AcquireError(());

/// Why no permit was taken.
///
/// # Examples
///
/// ```
/// use locks::{Semaphore, TryAcquireError};
///
/// let slots = Semaphore::new(0);
/// assert_eq!(slots.try_acquire().unwrap_err(), TryAcquireError::NoPermits, "not now");
/// slots.close();
/// assert_eq!(slots.try_acquire().unwrap_err(), TryAcquireError::Closed, "never");
/// ```
#[derive(Debug, PartialEq, Eq)]
pub enum TryAcquireError {
    /// The semaphore was closed.
    Closed,
    /// There are too few free permits.
    NoPermits,
}

impl AcquireError {
    pub(crate) fn closed() -> AcquireError {
        AcquireError(())
    }
}

impl fmt::Display for AcquireError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("semaphore closed")
    }
}

impl Error for AcquireError {}

impl fmt::Display for TryAcquireError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            TryAcquireError::Closed => "semaphore closed",
            TryAcquireError::NoPermits => "no permits available",
        })
    }
}

impl Error for TryAcquireError {}

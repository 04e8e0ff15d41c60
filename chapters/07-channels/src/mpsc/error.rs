//! What can go wrong at either end. The values that were not sent come back in the errors.
//!
//! In tokio: `sync/mpsc/error.rs`.

use std::error::Error;
use std::fmt;

/// The receiver has closed the channel, or is gone. Here is the value.
///
/// # Examples
///
/// ```
/// use channels::mpsc::{self, error::SendError};
///
/// timer_future::block_on(async {
///     let (tx, rx) = mpsc::channel(1);
///     drop(rx);
///     // The receiver is gone. The job comes back, and can be given to another one.
///     assert_eq!(tx.send("job").await, Err(SendError("job")));
/// });
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct SendError<T>(pub T);

/// Why a value was not sent at once. Here it is.
///
/// # Examples
///
/// ```
/// use channels::mpsc::{self, error::TrySendError};
///
/// let (tx, rx) = mpsc::channel(1);
/// assert_eq!(tx.try_send("first"), Ok(()));
/// let full = tx.try_send("second");
/// assert_eq!(full, Err(TrySendError::Full("second")), "try again later");
/// drop(rx);
/// let closed = tx.try_send("second");
/// assert_eq!(closed, Err(TrySendError::Closed("second")), "or never");
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum TrySendError<T> {
    /// There is no room at the moment.
    Full(T),
    /// The receiver has closed the channel, or is gone.
    Closed(T),
}

/// Why a value was not sent in time. Here it is.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// use channels::mpsc::{self, error::SendTimeoutError};
///
/// timer_future::block_on(async {
///     let (tx, rx) = mpsc::channel(1);
///     drop(rx);
///     let error = tx.send_timeout("job", Duration::from_secs(1)).await.unwrap_err();
///     assert!(matches!(error, SendTimeoutError::Closed(_)), "it does not wait in vain");
///     assert_eq!(error.into_inner(), "job");
/// });
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum SendTimeoutError<T> {
    /// The time was over, and there was no room.
    Timeout(T),
    /// The receiver has closed the channel, or is gone.
    Closed(T),
}

/// Why there is no value at once.
///
/// # Examples
///
/// ```
/// use channels::mpsc::{self, error::TryRecvError};
///
/// let (tx, mut rx) = mpsc::channel::<u32>(1);
/// assert_eq!(rx.try_recv(), Err(TryRecvError::Empty), "not yet");
/// drop(tx);
/// assert_eq!(rx.try_recv(), Err(TryRecvError::Disconnected), "never");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TryRecvError {
    /// There is none at the moment.
    Empty,
    /// There is none, and there will be none.
    Disconnected,
}

impl<T> SendTimeoutError<T> {
    /// The value that was not sent.
    pub fn into_inner(self) -> T {
        match self {
            SendTimeoutError::Timeout(value) | SendTimeoutError::Closed(value) => value,
        }
    }
}

impl<T> TrySendError<T> {
    /// The value that was not sent.
    pub fn into_inner(self) -> T {
        match self {
            TrySendError::Full(value) | TrySendError::Closed(value) => value,
        }
    }
}

/// The value need not be `Debug` for the error to be.
impl<T> fmt::Debug for SendError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SendError").finish_non_exhaustive()
    }
}

impl<T> fmt::Display for SendError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("channel closed")
    }
}

impl<T> Error for SendError<T> {}

impl<T> fmt::Debug for TrySendError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            TrySendError::Full(_) => "Full(..)",
            TrySendError::Closed(_) => "Closed(..)",
        })
    }
}

impl<T> fmt::Display for TrySendError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            TrySendError::Full(_) => "no available capacity",
            TrySendError::Closed(_) => "channel closed",
        })
    }
}

impl<T> Error for TrySendError<T> {}

impl<T> From<SendError<T>> for TrySendError<T> {
    fn from(error: SendError<T>) -> TrySendError<T> {
        TrySendError::Closed(error.0)
    }
}

impl<T> fmt::Debug for SendTimeoutError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            SendTimeoutError::Timeout(_) => "Timeout(..)",
            SendTimeoutError::Closed(_) => "Closed(..)",
        })
    }
}

impl<T> fmt::Display for SendTimeoutError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            SendTimeoutError::Timeout(_) => "timed out waiting on send operation",
            SendTimeoutError::Closed(_) => "channel closed",
        })
    }
}

impl<T> Error for SendTimeoutError<T> {}

impl fmt::Display for TryRecvError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            TryRecvError::Empty => "receiving on an empty channel",
            TryRecvError::Disconnected => "receiving on a closed channel",
        })
    }
}

impl Error for TryRecvError {}

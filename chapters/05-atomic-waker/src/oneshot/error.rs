//! Why there is no value.

use std::error::Error;
use std::fmt;

/// The sender was dropped without sending, or the receiver was closed before it sent.
///
/// # Examples
///
/// ```
/// use atomic_waker::oneshot;
/// use current_thread::Runtime;
///
/// let (tx, rx) = oneshot::channel::<u32>();
/// // The task that was to answer has gone, by a panic for example.
/// drop(tx);
/// let error = Runtime::new().block_on(rx).unwrap_err();
/// assert_eq!(error.to_string(), "channel closed");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecvError(pub(super) ());

/// Why [`Receiver::try_recv`](super::Receiver::try_recv) has no value.
///
/// # Examples
///
/// ```
/// use atomic_waker::oneshot::{self, error::TryRecvError};
///
/// let (tx, mut rx) = oneshot::channel::<u32>();
/// assert_eq!(rx.try_recv(), Err(TryRecvError::Empty), "not yet");
/// drop(tx);
/// assert_eq!(rx.try_recv(), Err(TryRecvError::Closed), "never");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TryRecvError {
    /// There is none yet.
    Empty,
    /// There will be none: the sender was dropped, the receiver was closed, or the value has been
    /// received.
    Closed,
}

impl fmt::Display for RecvError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("channel closed")
    }
}

impl Error for RecvError {}

impl fmt::Display for TryRecvError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            TryRecvError::Empty => "channel empty",
            TryRecvError::Closed => "channel closed",
        })
    }
}

impl Error for TryRecvError {}

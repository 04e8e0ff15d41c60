//! Why a task has no output: it was cancelled, or it panicked.
//!
//! In tokio: `runtime/task/error.rs`, whose texts these are.

use std::any::Any;
use std::error::Error;
use std::fmt;
use std::io;

use crate::id::Id;
use crate::isolate::Payload;

/// A task did not run to its end.
///
/// # Examples
///
/// ```
/// use std::pin::pin;
/// use std::task::{Context, Poll, Waker};
///
/// use harness::{Id, unowned};
///
/// # struct Nowhere;
/// # impl harness::Schedule for Nowhere {
/// #     fn schedule(_: harness::Notified<Self>) {}
/// #     fn release(&self, _: &harness::Task<Self>) -> Option<harness::Task<Self>> { None }
/// # }
/// #
/// let (ticket, handle) = unowned(async { 42 }, Nowhere, Id::next());
/// let id = handle.id();
/// handle.abort();
/// ticket.assert_unowned().run();
/// let mut cx = Context::from_waker(Waker::noop());
/// let Poll::Ready(Err(error)) = pin!(handle).poll(&mut cx) else {
///     panic!("the task was cancelled");
/// };
/// assert!(error.is_cancelled());
/// assert!(!error.is_panic());
/// assert_eq!(error.id(), id);
/// ```
pub struct JoinError {
    failure: Failure,
    id: Id,
}

/// The part that is kept in the task's stage: the id is in the header already.
pub(crate) enum Failure {
    /// The task was aborted or shut down, and its future dropped.
    Cancelled,
    /// The future panicked with this, in `poll` or in `drop`.
    Panicked(Payload),
}

// SAFETY: a payload need not be `Sync`, and two threads may have a `&JoinError` and print it. This
// file only asks a `&Payload` for its type and, if it is a `String` or a `&'static str`, both of
// which are `Sync`, reads it.
unsafe impl Sync for JoinError {}

impl JoinError {
    pub(crate) fn new(id: Id, failure: Failure) -> JoinError {
        JoinError { failure, id }
    }

    /// Whether the task was cancelled: aborted, or shut down with its scheduler.
    pub fn is_cancelled(&self) -> bool {
        matches!(self.failure, Failure::Cancelled)
    }

    /// Whether the task panicked.
    pub fn is_panic(&self) -> bool {
        matches!(self.failure, Failure::Panicked(_))
    }

    /// What the task panicked with, for `std::panic::resume_unwind`.
    ///
    /// # Panics
    ///
    /// If the task did not panic.
    #[track_caller]
    pub fn into_panic(self) -> Box<dyn Any + Send + 'static> {
        self.try_into_panic()
            .expect("`JoinError` reason is not a panic.")
    }

    /// What the task panicked with, or the error itself if it did not panic.
    pub fn try_into_panic(self) -> Result<Box<dyn Any + Send + 'static>, JoinError> {
        match self.failure {
            Failure::Panicked(payload) => Ok(payload),
            Failure::Cancelled => Err(self),
        }
    }

    /// Which task it was.
    pub fn id(&self) -> Id {
        self.id
    }
}

impl fmt::Display for JoinError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let id = self.id;
        match &self.failure {
            Failure::Cancelled => write!(f, "task {id} was cancelled"),
            Failure::Panicked(payload) => match text_of(payload) {
                Some(text) => write!(f, "task {id} panicked with message {text:?}"),
                None => write!(f, "task {id} panicked"),
            },
        }
    }
}

impl fmt::Debug for JoinError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let id = self.id;
        match &self.failure {
            Failure::Cancelled => write!(f, "JoinError::Cancelled({id:?})"),
            Failure::Panicked(payload) => match text_of(payload) {
                Some(text) => write!(f, "JoinError::Panic({id:?}, {text:?}, ...)"),
                None => write!(f, "JoinError::Panic({id:?}, ...)"),
            },
        }
    }
}

impl Error for JoinError {}

impl From<JoinError> for io::Error {
    fn from(error: JoinError) -> io::Error {
        io::Error::other(match error.failure {
            Failure::Cancelled => "task was cancelled",
            Failure::Panicked(_) => "task panicked",
        })
    }
}

/// `panic!` makes a `&'static str` of a plain text, and a `String` of one with arguments.
fn text_of(payload: &Payload) -> Option<&str> {
    let text = payload.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| payload.downcast_ref::<&'static str>().copied())
}

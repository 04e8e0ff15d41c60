//! Stopping a task from anywhere, without waiting for it.
//!
//! In tokio: `runtime/task/abort.rs`.

use std::fmt;
use std::panic::{RefUnwindSafe, UnwindSafe};

use crate::id::Id;
use crate::raw::RawTask;

/// Aborts a task. It cannot reach the output, and it can be cloned.
///
/// # Examples
///
/// ```
/// use harness::{Id, unowned};
///
/// # struct Nowhere;
/// # impl harness::Schedule for Nowhere {
/// #     fn schedule(_: harness::Notified<Self>) {}
/// #     fn release(&self, _: &harness::Task<Self>) -> Option<harness::Task<Self>> { None }
/// # }
/// #
/// let (ticket, handle) = unowned(async { 42 }, Nowhere, Id::next());
/// // The handle waits for the output elsewhere. What may end the task early is kept here.
/// let abort = handle.abort_handle();
/// abort.abort();
/// assert!(!abort.is_finished(), "the scheduler has yet to drop the future");
/// ticket.assert_unowned().run();
/// assert!(abort.is_finished());
/// assert!(handle.is_finished());
/// ```
#[derive(Clone)]
pub struct AbortHandle {
    raw: RawTask,
}

impl UnwindSafe for AbortHandle {}
impl RefUnwindSafe for AbortHandle {}

impl AbortHandle {
    pub(crate) fn new(raw: RawTask) -> AbortHandle {
        AbortHandle { raw }
    }

    /// Cancels the task: see [`JoinHandle::abort`](crate::JoinHandle::abort).
    pub fn abort(&self) {
        self.raw.remote_abort();
    }

    /// Whether the task is complete, or has been cancelled and its future dropped.
    pub fn is_finished(&self) -> bool {
        self.raw.state().load().is_complete()
    }

    /// The task's name.
    pub fn id(&self) -> Id {
        self.raw.header().id
    }
}

impl fmt::Debug for AbortHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AbortHandle")
            .field("id", &self.id())
            .finish()
    }
}

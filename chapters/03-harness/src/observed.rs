//! A task, as the crate `tracing` sees it. Only with the feature `tracing`.
//!
//! Programs that watch a runtime from outside, as `tokio-console` does, are told by `tracing`: a task is a span, a poll is a stay in that span, and what
//! becomes of its wakers are events. The names are those that tokio uses, since they are what such a program looks for:
//!
//! | what | as |
//! | --- | --- |
//! | a task, from its spawn until its future is gone | a span `runtime.spawn`, with the fields `task.id` and `loc.file`, `loc.line`, `loc.col` |
//! | a poll | from entering the span to leaving it |
//! | a waker is called, cloned or dropped | an event of the target `tokio::task::waker`, with `op`, and in `task.id` the id of the span |
//!
//! If no subscriber wants to know, a task has no span, and each of these is a look at that.
//!
//! # Left out
//!
//! Names of tasks, and what tokio tells of locks, channels and timers.
//!
//! In tokio: `util/trace.rs`, and `trace!` in `runtime/task/waker.rs`, with the compiler flag `tokio_unstable`.

// Not the `loom` module's: it guards what a subscriber is told, and nothing else.
use std::sync::{Mutex, MutexGuard, PoisonError};

use tracing::Span;
use tracing::span::EnteredSpan;

use crate::origin::Origin;

/// A part of a task's header.
#[derive(Debug)]
pub(crate) struct Observed {
    /// What events name. `None` if no subscriber wants to know of the task.
    id: Option<u64>,
    /// Closed when the task ends, though handles on it may be kept.
    span: Mutex<Span>,
}

/// What becomes of a waker.
#[derive(Clone, Copy, Debug)]
pub(crate) enum WakerOp {
    Wake,
    WakeByRef,
    Clone,
    Drop,
}

impl Observed {
    /// A task is made.
    pub(crate) fn new(origin: Origin) -> Observed {
        let place = origin.place.location();
        let span = tracing::trace_span!(
            target: "tokio::task",
            parent: None,
            "runtime.spawn",
            kind = "task",
            task.id = origin.id.number(),
            loc.file = place.map(|place| place.file()),
            loc.line = place.map(|place| place.line()),
            loc.col = place.map(|place| place.column()),
        );
        Observed {
            id: span.id().map(|id| id.into_u64()),
            span: Mutex::new(span),
        }
    }

    /// A poll begins. It ends when the result is dropped.
    pub(crate) fn enter(&self) -> Option<EnteredSpan> {
        self.id?;
        // A clone: the subscriber is foreign code, and called with no lock held.
        let span = self.lock().clone();
        Some(span.entered())
    }

    /// The future is gone.
    pub(crate) fn close(&self) {
        if self.id.is_some() {
            let span = std::mem::replace(&mut *self.lock(), Span::none());
            drop(span);
        }
    }

    /// Something becomes of a waker.
    pub(crate) fn waker(&self, op: WakerOp) {
        let Some(id) = self.id else { return };
        tracing::trace!(target: "tokio::task::waker", op = op.name(), task.id = id);
    }

    /// The task gave way. No waker was called for that, but to an observer it is as if the task had woken itself.
    pub(crate) fn gave_way(&self) {
        self.waker(WakerOp::WakeByRef);
    }

    /// No foreign code runs under this lock.
    fn lock(&self) -> MutexGuard<'_, Span> {
        self.span.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl WakerOp {
    fn name(self) -> &'static str {
        match self {
            WakerOp::Wake => "waker.wake",
            WakerOp::WakeByRef => "waker.wake_by_ref",
            WakerOp::Clone => "waker.clone",
            WakerOp::Drop => "waker.drop",
        }
    }
}

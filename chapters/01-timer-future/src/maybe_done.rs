//! A future that may have finished before its output is wanted.
//!
//! A future that waits for several others at once needs a place for the output of the one that
//! finishes first, and has to know that it must not poll that one any more.
//!
//! # Invariants
//!
//! - **Never Polled Again**: a future that was ready is dropped at once, so it cannot be polled
//!   again. For most futures a second poll would be a panic, and for some anything at all.
//!
//! In tokio: `future/maybe_done.rs`.

use std::future::Future;
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll};

/// A future, and later its output.
///
/// # Examples
///
/// ```
/// use std::future::ready;
/// use std::task::{Context, Poll, Waker};
///
/// use timer_future::MaybeDone;
///
/// let mut cx = Context::from_waker(Waker::noop());
/// let mut download = MaybeDone::new(ready("the page"));
/// assert_eq!(download.take_output(), None, "it has not been polled");
/// assert_eq!(download.poll(&mut cx), Poll::Ready(()));
/// // The output waits until it is wanted, and is there once.
/// assert_eq!(download.take_output(), Some("the page"));
/// assert_eq!(download.take_output(), None);
/// ```
pub enum MaybeDone<F: Future> {
    /// Not finished. In a box, since the future must not move once it was polled, and we move.
    Running(Pin<Box<F>>),

    /// Finished, and the output has not been taken yet.
    Done(F::Output),

    /// The output has been handed over.
    Taken,
}

// The future is pinned inside its box, and the output is not pinned at all.
impl<F: Future> Unpin for MaybeDone<F> {}

impl<F: Future> MaybeDone<F> {
    /// A future that has not been polled.
    pub fn new(future: F) -> Self {
        Self::Running(Box::pin(future))
    }

    /// Polls the future unless it has finished. Ready once there is an output to take, and from
    /// then on.
    ///
    /// # Panics
    ///
    /// If the output has been taken.
    pub fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        // ANCHOR: ex-1-6-maybe-done
        // Poll the future if it is still running, put its output in its place when it is ready, and
        // say Ready from then on until the output is taken.
        todo!("1.6 maybe-done")
        // ANCHOR_END: ex-1-6-maybe-done
    }

    /// The output, if the future has finished and the output was not taken before.
    pub fn take_output(&mut self) -> Option<F::Output> {
        match mem::replace(self, Self::Taken) {
            Self::Done(output) => Some(output),
            other => {
                *self = other;
                None
            }
        }
    }
}

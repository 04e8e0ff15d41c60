//! Two futures at the same time, on one thread.
//!
//! `a.await` followed by `b.await` polls `b` only when `a` has finished. `join(a, b).await` polls
//! both whenever it is polled, so both make progress, and it takes as long as the longer of them.
//! Nothing runs in parallel here: it is the *waiting* that happens at the same time.
//!
//! # Invariants
//!
//! - **Both Are Polled**: a poll of the join polls each future that has not finished. Both must
//!   keep the waker of the latest poll, since either may be the one to wake.
//!
//! # Left out
//!
//! A wake does not say which of the two futures it came from, so the other is polled in vain. With two
//! that is cheap, with thousands it is not. `FuturesUnordered`, for example, gives each child a waker
//! of its own.
//!
//! In tokio: `macros/join.rs`.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use crate::maybe_done::MaybeDone;

/// Waits for both futures. See [`join`].
///
/// # Examples
///
/// ```
/// use std::time::{Duration, Instant};
///
/// use timer_future::{AsyncTimerFuture, block_on, join};
///
/// let begun = Instant::now();
/// let timer = |millis| AsyncTimerFuture::new(Duration::from_millis(millis));
/// let both = block_on(join(
///     async {
///         timer(5).await;
///         "tea"
///     },
///     async {
///         timer(1).await;
///         "toast"
///     },
/// ));
/// assert_eq!(both, ("tea", "toast"));
/// assert!(Duration::from_millis(5) <= begun.elapsed(), "as long as the longer one");
/// ```
pub struct Join<A: Future, B: Future> {
    a: MaybeDone<A>,
    b: MaybeDone<B>,
}

/// A future that runs `a` and `b` until both are ready, and is ready with both outputs.
///
/// # Panics
///
/// The future panics if it is polled after it was ready.
///
/// # Cancellation
///
/// Dropping it drops both futures, or the output of the one that has finished.
pub fn join<A: Future, B: Future>(a: A, b: B) -> Join<A, B> {
    Join {
        a: MaybeDone::new(a),
        b: MaybeDone::new(b),
    }
}

impl<A: Future, B: Future> Future for Join<A, B> {
    type Output = (A::Output, B::Output);

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        // ANCHOR: ex-1-7-join
        // Poll both, whatever the first one says; when both are done, return their outputs.
        todo!("1.7 join")
        // ANCHOR_END: ex-1-7-join
    }
}

// A sleep in a box, made when the future has to wait for the first time.
//
// The box costs an allocation for each timeout that has to wait, and no part of the driver is needed here.

use std::fmt;
use std::future::IntoFuture;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use harness::coop;

use crate::clock;
use crate::current;
use crate::error::Elapsed;
use crate::instant::Instant;
use crate::sleep::Sleep;

/// A future with a deadline. Made by [`timeout`] and [`timeout_at`].
#[must_use = "futures do nothing unless you `.await` or poll them"]
pub struct Timeout<F> {
    value: F,
    limit: Limit,
    /// None before the future has said `Pending`.
    sleep: Option<Pin<Box<Sleep>>>,
}

/// When the time is over.
#[derive(Clone, Copy)]
enum Limit {
    /// So long after the first poll that has to wait.
    After(Duration),
    At(Instant),
}

/// Lets `future` take so long at most, from its first poll on.
///
/// The future is polled before the time is looked at. One that never gives way can take longer, and is ready
/// all the same.
///
/// # Errors
///
/// [`Elapsed`], if the time is over and the future is not ready. It is dropped with the timeout.
///
/// # Panics
///
/// If this is called outside of a runtime with timers. Polling panics if the runtime has shut down.
///
/// # Cancellation
///
/// As that of `future`.
#[inline]
#[track_caller]
pub fn timeout<F: IntoFuture>(duration: Duration, future: F) -> Timeout<F::IntoFuture> {
    current::expect_timers();
    // A clock that is held is read at once: tests rely on the time from the call on.
    let limit = match clock::is_any_held() {
        true => Limit::At(from_now(duration)),
        false => Limit::After(duration),
    };
    Timeout::new(future.into_future(), limit)
}

/// Lets `future` take until `deadline` at most. See [`timeout`].
///
/// # Errors
///
/// As [`timeout`].
///
/// # Panics
///
/// As [`timeout`].
///
/// # Cancellation
///
/// As that of `future`.
#[inline]
#[track_caller]
pub fn timeout_at<F: IntoFuture>(deadline: Instant, future: F) -> Timeout<F::IntoFuture> {
    current::expect_timers();
    Timeout::new(future.into_future(), Limit::At(deadline))
}

#[track_caller]
fn from_now(duration: Duration) -> Instant {
    let now = current::get().clock().now();
    Instant::from_std(now).saturating_add(duration)
}

impl<F> Timeout<F> {
    fn new(value: F, limit: Limit) -> Timeout<F> {
        Timeout {
            value,
            limit,
            sleep: None,
        }
    }

    /// The future.
    pub fn get_ref(&self) -> &F {
        &self.value
    }

    /// The future.
    pub fn get_mut(&mut self) -> &mut F {
        &mut self.value
    }

    /// The future, without its deadline.
    pub fn into_inner(self) -> F {
        self.value
    }
}

impl<F: Future> Future for Timeout<F> {
    type Output = Result<F::Output, Elapsed>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        // SAFETY: nothing is moved out of it. `into_inner` takes a timeout that is not pinned.
        let this = unsafe { self.get_unchecked_mut() };
        // SAFETY: a field of a value that is pinned, as `get_mut` has it only of a timeout that is not.
        let value = unsafe { Pin::new_unchecked(&mut this.value) };
        if let Poll::Ready(output) = value.poll(cx) {
            return Poll::Ready(Ok(output));
        }
        let limit = this.limit;
        let sleep = this.sleep.get_or_insert_with(|| {
            let deadline = match limit {
                Limit::After(duration) => from_now(duration),
                Limit::At(deadline) => deadline,
            };
            Box::pin(Sleep::with_handle(current::get(), deadline))
        });
        // Beside the budget: a future that has used it up says `Pending`, and its time must not be without end.
        ready!(sleep.as_ref().poll_elapsed(cx));
        if let Poll::Ready(proceed) = coop::poll_proceed(cx) {
            proceed.made_progress();
        }
        Poll::Ready(Err(Elapsed::new()))
    }
}

impl<F: fmt::Debug> fmt::Debug for Timeout<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Timeout")
            .field("value", &self.value)
            .finish_non_exhaustive()
    }
}

//! A future that may take only so long.
//!
//! Most of what has a timeout is ready in time, and much of it at once. So nothing is done for the timer before
//! the future has said `Pending`: no clock is read, and the driver is not touched. And then the timer is only put
//! aside, to be sorted when the turn ends: the answer may come before. The price is that the time is counted
//! from the first poll that has to wait, and by the clock at the end of that turn. A timeout is so never early,
//! and it may be late by what the thread was busy with meanwhile.
//!
//! While a clock is held, which only tests do, the time is exact, from the call on.
//!
//! In tokio: `time/timeout.rs`.

use std::fmt;
use std::future::IntoFuture;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use harness::coop;

use crate::clock;
use crate::current;
use crate::entry::Entry;
use crate::error::Elapsed;
use crate::handle::TimeHandle;
use crate::instant::Instant;
use crate::state::Due;
use crate::tick;

/// A future with a deadline. Made by [`timeout`] and [`timeout_at`].
///
/// # Examples
///
/// ```
/// use std::future::pending;
/// use std::time::Duration;
///
/// use current_thread::{Runtime, ThreadPark};
/// use timer_wheel::{Clock, TimePark, timeout};
///
/// let park = TimePark::with_clock(ThreadPark::new(), Clock::paused());
/// Runtime::with_park(park).block_on(async {
///     assert_eq!(timeout(Duration::from_secs(3600), async { 1 }).await, Ok(1));
///     assert!(timeout(Duration::from_secs(3600), pending::<()>()).await.is_err());
/// });
/// ```
#[must_use = "futures do nothing unless you `.await` or poll them"]
pub struct Timeout<F> {
    value: F,
    delay: Delay,
}

/// What a timeout has of a timer.
enum Delay {
    /// None: the future has not been polled, or was ready at once.
    After(Duration),
    At(Instant),
    /// The driver knows it.
    Entry(Entry),
}

// ANCHOR: timeout
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
///
/// # Examples
///
/// ```
/// use std::future::pending;
/// use std::time::Duration;
///
/// use current_thread::{Runtime, ThreadPark};
/// use timer_wheel::{Clock, TimePark, timeout};
///
/// let park = TimePark::with_clock(ThreadPark::new(), Clock::paused());
/// Runtime::with_park(park).block_on(async {
///     let second = Duration::from_secs(1);
///     assert_eq!(timeout(second, async { 7 }).await, Ok(7));
///     assert!(timeout(second, pending::<()>()).await.is_err());
/// });
/// ```
#[inline]
#[track_caller]
pub fn timeout<F: IntoFuture>(duration: Duration, future: F) -> Timeout<F::IntoFuture> {
    current::expect_timers();
    let delay = match clock::is_any_held() {
        false => Delay::After(duration),
        true => Delay::At(exact(duration)),
    };
    Timeout {
        value: future.into_future(),
        delay,
    }
}
// ANCHOR_END: timeout

/// The deadline, by the clock of the runtime.
#[cold]
#[track_caller]
fn exact(duration: Duration) -> Instant {
    let now = current::get().clock().now();
    Instant::from_std(now).saturating_add(duration)
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
    Timeout {
        value: future.into_future(),
        delay: Delay::At(deadline),
    }
}

impl<F> Timeout<F> {
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

    /// Both fields are pinned with it.
    fn project(self: Pin<&mut Self>) -> (Pin<&mut F>, Pin<&mut Delay>) {
        // SAFETY: nothing is moved out of it. `into_inner` takes a timeout that is not pinned.
        let this = unsafe { self.get_unchecked_mut() };
        // SAFETY: a field of a value that is pinned, as `get_mut` has it only of a timeout that is not.
        let value = unsafe { Pin::new_unchecked(&mut this.value) };
        // SAFETY: as above; no other method gives it out.
        let delay = unsafe { Pin::new_unchecked(&mut this.delay) };
        (value, delay)
    }
}

impl<F: Future> Future for Timeout<F> {
    type Output = Result<F::Output, Elapsed>;

    #[inline]
    #[harness::around("timeout", ())]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let (value, delay) = self.project();
        match value.poll(cx) {
            Poll::Ready(output) => Poll::Ready(Ok(output)),
            Poll::Pending => delay.poll_elapsed(cx),
        }
    }
}

impl Delay {
    /// Whether the time is over. A future that has used the budget up says `Pending`, again and again; its
    /// time must not be without end, so this is asked beside the budget.
    fn poll_elapsed<T>(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<T, Elapsed>> {
        let (start, entry) = self.as_mut().start();
        if entry
            .poll(cx.waker(), |handle| start.due(handle))
            .is_pending()
        {
            return Poll::Pending;
        }
        if let Poll::Ready(proceed) = coop::poll_proceed(cx) {
            proceed.made_progress();
        }
        Poll::Ready(Err(Elapsed::new()))
    }

    // ANCHOR: start
    /// The driver's entry, which is made at the first call. Only that one has to do with when it is due.
    fn start(self: Pin<&mut Self>) -> (Start, Pin<&Entry>) {
        // SAFETY: what is written over below is no entry, and nothing else must stay where it is.
        let this = unsafe { self.get_unchecked_mut() };
        let start = match *this {
            Delay::After(duration) => Start::After(duration),
            Delay::At(deadline) => Start::At(deadline),
            Delay::Entry(_) => Start::Before,
        };
        if start != Start::Before {
            *this = Delay::Entry(Entry::new(current::get()));
        }
        let Delay::Entry(entry) = this else {
            unreachable!("it is one now");
        };
        // SAFETY: a field of a value that is pinned, and that stays what it is until it is dropped.
        (start, unsafe { Pin::new_unchecked(&*entry) })
    }
    // ANCHOR_END: start
}

/// When the time of a timeout is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Start {
    After(Duration),
    At(Instant),
    /// The driver has been told.
    Before,
}

impl Start {
    fn due(self, handle: &TimeHandle) -> Due {
        match self {
            Start::After(duration) => Due::After(tick::nanos(duration)),
            Start::At(deadline) => Due::At(handle.tick_of(deadline.into_std())),
            Start::Before => unreachable!("an entry that was started does not ask again"),
        }
    }
}

impl<F: fmt::Debug> fmt::Debug for Timeout<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Timeout")
            .field("value", &self.value)
            .finish_non_exhaustive()
    }
}

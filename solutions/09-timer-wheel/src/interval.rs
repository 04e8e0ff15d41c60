//! Ticks, one after the other, each a period after the last.
//!
//! In tokio: `time/interval.rs`.

// ANCHOR: ex-9-8-interval
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use crate::instant::Instant;
use crate::missed::MissedTickBehavior;
use crate::sleep::{Sleep, sleep_until};

/// Ticks again and again. Made by [`interval`] and [`interval_at`].
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// use current_thread::{Runtime, ThreadPark};
/// use timer_wheel::{Clock, TimePark, interval};
///
/// let park = TimePark::with_clock(ThreadPark::new(), Clock::paused());
/// Runtime::with_park(park).block_on(async {
///     let period = Duration::from_millis(10);
///     let mut interval = interval(period);
///     let first = interval.tick().await; // at once
///     assert_eq!(interval.tick().await, first + period);
///     assert_eq!(interval.tick().await, first + period * 2);
/// });
/// ```
pub struct Interval {
    delay: Pin<Box<Sleep>>,
    period: Duration,
    missed_tick_behavior: MissedTickBehavior,
}

/// How late a tick may be before one counts as missed: less than this is how timers are.
const TOLERANCE: Duration = Duration::from_millis(5);

/// Ticks at once, and then every `period`.
///
/// # Panics
///
/// If `period` is zero, or if this is called outside of a runtime with timers.
#[track_caller]
pub fn interval(period: Duration) -> Interval {
    assert!(!period.is_zero(), "`period` must be non-zero.");
    Interval::new(Instant::now(), period)
}

/// Ticks at `start`, and then every `period`.
///
/// # Panics
///
/// As [`interval`].
#[track_caller]
pub fn interval_at(start: Instant, period: Duration) -> Interval {
    assert!(!period.is_zero(), "`period` must be non-zero.");
    Interval::new(start, period)
}

impl Interval {
    #[track_caller]
    fn new(start: Instant, period: Duration) -> Interval {
        Interval {
            delay: Box::pin(sleep_until(start)),
            period,
            missed_tick_behavior: MissedTickBehavior::default(),
        }
    }

    /// Waits for the next tick, and returns when it was due.
    ///
    /// # Cancellation
    ///
    /// No tick is lost.
    #[harness::leaf("Interval::tick")]
    pub async fn tick(&mut self) -> Instant {
        poll_fn(|cx| self.poll_tick(cx)).await
    }

    /// As [`tick`](Interval::tick), by hand. `Pending` keeps the waker of the latest call.
    #[harness::leaf("Interval::poll_tick")]
    pub fn poll_tick(&mut self, cx: &mut Context<'_>) -> Poll<Instant> {
        ready!(self.delay.as_mut().poll(cx));
        let due = self.delay.deadline();
        let now = Instant::now();
        let next = match now.duration_since(due) <= TOLERANCE {
            true => due.saturating_add(self.period),
            false => self.missed_tick_behavior.next(due, now, self.period),
        };
        self.delay.as_mut().reset(next);
        Poll::Ready(due)
    }

    /// The next tick comes a period from now.
    pub fn reset(&mut self) {
        self.reset_after(self.period);
    }

    /// The next tick comes at once.
    pub fn reset_immediately(&mut self) {
        self.delay.as_mut().reset(Instant::now());
    }

    /// The next tick comes after this time.
    pub fn reset_after(&mut self, after: Duration) {
        let deadline = Instant::now().saturating_add(after);
        self.delay.as_mut().reset(deadline);
    }

    /// The next tick comes then.
    pub fn reset_at(&mut self, deadline: Instant) {
        self.delay.as_mut().reset(deadline);
    }

    /// What happens when a tick is missed.
    pub fn missed_tick_behavior(&self) -> MissedTickBehavior {
        self.missed_tick_behavior
    }

    /// Decides what happens when a tick is missed.
    pub fn set_missed_tick_behavior(&mut self, behavior: MissedTickBehavior) {
        self.missed_tick_behavior = behavior;
    }

    /// The time from tick to tick.
    pub fn period(&self) -> Duration {
        self.period
    }
}

impl fmt::Debug for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Interval")
            .field("next", &self.delay.deadline())
            .field("period", &self.period)
            .field("missed_tick_behavior", &self.missed_tick_behavior)
            .finish()
    }
}
// ANCHOR_END: ex-9-8-interval

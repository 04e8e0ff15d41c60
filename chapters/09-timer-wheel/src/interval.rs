//! Ticks, one after the other, each a period after the last.
//!
//! In tokio: `time/interval.rs`.

// ANCHOR: ex-9-8-interval
// All of this is yours, until the end of the file: what is public has to stay as it is. Add what
// you need. `missed.rs` is given: `MissedTickBehavior::next` says when the next tick is due after
// one that was missed.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use crate::instant::Instant;
use crate::missed::MissedTickBehavior;
use crate::sleep::Sleep;

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
    // Yours to replace, as are all private fields and whatever else is not public.
    delay: Pin<Box<Sleep>>,
}

/// Ticks at once, and then every `period`.
///
/// # Panics
///
/// If `period` is zero, or if this is called outside of a runtime with timers.
#[track_caller]
pub fn interval(period: Duration) -> Interval {
    todo!("9.8 interval")
}

/// Ticks at `start`, and then every `period`.
///
/// # Panics
///
/// As [`interval`].
#[track_caller]
pub fn interval_at(start: Instant, period: Duration) -> Interval {
    todo!("9.8 interval")
}

impl Interval {
    /// Waits for the next tick, and returns when it was due.
    ///
    /// # Cancellation
    ///
    /// No tick is lost.
    #[harness::leaf("Interval::tick")]
    pub async fn tick(&mut self) -> Instant {
        todo!("9.8 interval")
    }

    /// As [`tick`](Interval::tick), by hand. `Pending` keeps the waker of the latest call.
    #[harness::leaf("Interval::poll_tick")]
    pub fn poll_tick(&mut self, cx: &mut Context<'_>) -> Poll<Instant> {
        todo!("9.8 interval")
    }

    /// The next tick comes a period from now.
    pub fn reset(&mut self) {
        todo!("9.8 interval")
    }

    /// The next tick comes at once.
    pub fn reset_immediately(&mut self) {
        todo!("9.8 interval")
    }

    /// The next tick comes after this time.
    pub fn reset_after(&mut self, after: Duration) {
        todo!("9.8 interval")
    }

    /// The next tick comes then.
    pub fn reset_at(&mut self, deadline: Instant) {
        todo!("9.8 interval")
    }

    /// What happens when a tick is missed.
    pub fn missed_tick_behavior(&self) -> MissedTickBehavior {
        todo!("9.8 interval")
    }

    /// Decides what happens when a tick is missed.
    pub fn set_missed_tick_behavior(&mut self, behavior: MissedTickBehavior) {
        todo!("9.8 interval")
    }

    /// The time from tick to tick.
    pub fn period(&self) -> Duration {
        todo!("9.8 interval")
    }
}

impl fmt::Debug for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        todo!("9.8 interval")
    }
}
// ANCHOR_END: ex-9-8-interval

//! What an interval does about a tick that it missed.
//!
//! A tick that is due at 20 and taken at 34, with a period of 10:
//!
//! ```text
//!     due         0        10        20        30        40        50        60
//!     Burst       |         |             || 34  |         |         |            40, 50, 60
//!     Delay       |         |             | 34        | 44      | 54              34 + 10, …
//!     Skip        |         |             | 34       | 40      | 50      | 60     on time again
//! ```
//!
//! In tokio: `MissedTickBehavior` in `time/interval.rs`.

use std::time::Duration;

use crate::instant::Instant;

/// What an [`Interval`](crate::Interval) does about a tick that it missed.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// use current_thread::{Runtime, ThreadPark};
/// use timer_wheel::{Clock, MissedTickBehavior, TimePark, advance, interval};
///
/// let park = TimePark::with_clock(ThreadPark::new(), Clock::paused());
/// Runtime::with_park(park).block_on(async {
///     let period = Duration::from_millis(100);
///     let mut interval = interval(period);
///     interval.set_missed_tick_behavior(MissedTickBehavior::Skip);
///     let first = interval.tick().await;
///     // The program is busy for two and a half periods.
///     advance(Duration::from_millis(250)).await;
///     assert_eq!(interval.tick().await, first + period, "late");
///     assert_eq!(interval.tick().await, first + period * 3, "200 was left out");
/// });
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MissedTickBehavior {
    /// All missed ticks follow at once, until it has caught up.
    #[default]
    Burst,
    /// The next tick is a period from now, and all others after it.
    Delay,
    /// The missed ticks are left out. The next one is when it would have been without the delay.
    Skip,
}

impl MissedTickBehavior {
    /// When the next tick is due, after one that was due at `due` and is taken `now`.
    pub(crate) fn next(self, due: Instant, now: Instant, period: Duration) -> Instant {
        match self {
            MissedTickBehavior::Burst => due.saturating_add(period),
            MissedTickBehavior::Delay => now.saturating_add(period),
            MissedTickBehavior::Skip => {
                let since_last = remainder(now.duration_since(due), period);
                now.saturating_add(period - since_last)
            }
        }
    }
}

/// What is left of `duration` after as many `period`s as fit in: less than a period.
fn remainder(duration: Duration, period: Duration) -> Duration {
    const NANOS: u128 = 1_000_000_000;
    let nanos = duration.as_nanos() % period.as_nanos();
    // Less than a period, and so its seconds are a `u64` as those of the period are.
    Duration::new((nanos / NANOS) as u64, (nanos % NANOS) as u32)
}

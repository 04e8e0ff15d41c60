//! Ticks: the driver's time, in steps of one millisecond.
//!
//! A tick is a number that counts from the driver's start. A deadline is rounded up to the next tick, and
//! the time is rounded down. So a timer is never early, and late by less than a tick, if the thread is
//! awake in time.
//!
//! Finer ticks would be less late. They would also spread the timers over more slots, so that a
//! thread with many timers wakes more often, for fewer timers at a time.
//!
//! In tokio: `runtime/time/source.rs`.

use std::time::Duration;

const NANOS_PER_TICK: u64 = 1_000_000;
const TICKS_PER_SECOND: u64 = 1_000;

/// The last tick that is not after the time `since` the start.
#[inline]
pub(crate) fn at_or_before(since: Duration) -> u64 {
    let ticks = since.as_secs().saturating_mul(TICKS_PER_SECOND);
    ticks.saturating_add(u64::from(since.subsec_nanos()) / NANOS_PER_TICK)
}

/// The first tick that is not before the time `since` the start. Times beyond the last tick have the last
/// tick, which comes in 584 million years.
#[inline]
pub(crate) fn at_or_after(since: Duration) -> u64 {
    let ticks = since.as_secs().saturating_mul(TICKS_PER_SECOND);
    ticks.saturating_add(u64::from(since.subsec_nanos()).div_ceil(NANOS_PER_TICK))
}

/// When a tick begins, as time since the start.
#[inline]
pub(crate) fn begin(tick: u64) -> Duration {
    Duration::from_millis(tick)
}

const _: () = assert!(NANOS_PER_TICK * TICKS_PER_SECOND == 1_000_000_000);

/// How long a duration is in nanoseconds. What is longer than 584 years counts as that.
#[inline]
pub(crate) fn nanos(duration: Duration) -> u64 {
    let seconds = duration.as_secs().saturating_mul(1_000_000_000);
    seconds.saturating_add(u64::from(duration.subsec_nanos()))
}

//! A point in time, as the clock of the runtime shows it.
//!
//! It is the standard library's instant, but for [`Instant::now`], which reads the clock that tests can
//! hold.
//!
//! In tokio: `time/instant.rs`.

use std::fmt;
use std::ops::{Add, AddAssign, Sub, SubAssign};
use std::time::{Duration, Instant as StdInstant};

use crate::clock;
use crate::current;

/// A measurement of a clock that never goes back.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use timer_wheel::Instant;
///
/// let now = Instant::now();
/// assert_eq!(now + Duration::from_secs(1) - now, Duration::from_secs(1));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant {
    std: StdInstant,
}

/// Farther in the future than any program runs, and near enough that instants do not overflow.
const FAR: Duration = Duration::from_secs(86_400 * 365 * 30);

impl Instant {
    /// What the clock shows: that of the runtime this code runs in, or else the system's.
    #[inline]
    pub fn now() -> Instant {
        if !clock::is_any_held() {
            return Instant::from_std(StdInstant::now());
        }
        Instant::from_std(match current::find() {
            Some(handle) => handle.clock().now(),
            None => StdInstant::now(),
        })
    }

    /// So long after `self`, or very far in the future if that cannot be told.
    #[inline]
    pub(crate) fn saturating_add(self, duration: Duration) -> Instant {
        self.checked_add(duration)
            .or_else(|| self.checked_add(FAR))
            .unwrap_or(self)
    }

    /// The same instant of the standard library's.
    #[inline]
    pub fn from_std(std: StdInstant) -> Instant {
        Instant { std }
    }

    /// The same instant, as the standard library has it.
    #[inline]
    pub fn into_std(self) -> StdInstant {
        self.std
    }

    /// The time from `earlier` to `self`; zero if `earlier` is the later one.
    pub fn duration_since(&self, earlier: Instant) -> Duration {
        self.std.saturating_duration_since(earlier.std)
    }

    /// The time from `earlier` to `self`; `None` if `earlier` is the later one.
    pub fn checked_duration_since(&self, earlier: Instant) -> Option<Duration> {
        self.std.checked_duration_since(earlier.std)
    }

    /// The time from `earlier` to `self`; zero if `earlier` is the later one.
    pub fn saturating_duration_since(&self, earlier: Instant) -> Duration {
        self.std.saturating_duration_since(earlier.std)
    }

    /// The time from `self` to what the clock shows.
    pub fn elapsed(&self) -> Duration {
        Instant::now().duration_since(*self)
    }

    /// So long after `self`, if that can be told.
    #[inline]
    pub fn checked_add(&self, duration: Duration) -> Option<Instant> {
        self.std.checked_add(duration).map(Instant::from_std)
    }

    /// So long before `self`, if that can be told.
    pub fn checked_sub(&self, duration: Duration) -> Option<Instant> {
        self.std.checked_sub(duration).map(Instant::from_std)
    }
}

impl From<StdInstant> for Instant {
    fn from(std: StdInstant) -> Instant {
        Instant::from_std(std)
    }
}

impl From<Instant> for StdInstant {
    fn from(instant: Instant) -> StdInstant {
        instant.into_std()
    }
}

impl Add<Duration> for Instant {
    type Output = Instant;

    fn add(self, duration: Duration) -> Instant {
        Instant::from_std(self.std + duration)
    }
}

impl AddAssign<Duration> for Instant {
    fn add_assign(&mut self, duration: Duration) {
        *self = *self + duration;
    }
}

impl Sub for Instant {
    type Output = Duration;

    fn sub(self, earlier: Instant) -> Duration {
        self.duration_since(earlier)
    }
}

impl Sub<Duration> for Instant {
    type Output = Instant;

    fn sub(self, duration: Duration) -> Instant {
        Instant::from_std(self.std - duration)
    }
}

impl SubAssign<Duration> for Instant {
    fn sub_assign(&mut self, duration: Duration) {
        *self = *self - duration;
    }
}

impl fmt::Debug for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.std.fmt(f)
    }
}

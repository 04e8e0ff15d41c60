//! What the driver reads the time from, and tests can hold.
//!
//! A test of a program that sleeps for an hour must not take an hour. So the clock can be *paused*: it
//! then shows the same time until it is advanced, by the test, or by the driver, which moves it to the next
//! timer when all tasks wait. The program does not notice: it reads the time from here, and its timers
//! are fired by this time.
//!
//! ```text
//!                 pause                       resume
//!     Real ────────────────> Paused(t) ───────────────────> Moved(t, since)
//!                             │    ^  advance: t grows        │
//!                             └────┘<─────────────────────────┘ pause
//! ```
//!
//! The price for all others is one load: as long as a clock was never held, it is the system's.
//!
//! # Invariants
//!
//! - **Never Back**: no two calls of `now`, one after the other, show a later and then an earlier time.
//!
//! In tokio: `time/clock.rs`.

use std::fmt;
use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, Instant as StdInstant};

use model::loom::sync::atomic::AtomicBool;
use model::loom::sync::{Mutex, MutexGuard};

use crate::tick;

/// The clock of one driver.
///
/// # Examples
///
/// ```
/// use std::sync::Arc;
/// use std::time::Duration;
///
/// use current_thread::{Runtime, ThreadPark};
/// use timer_wheel::{Clock, TimePark, sleep};
///
/// let clock = Arc::new(Clock::paused());
/// let before = clock.now();
/// let park = TimePark::with_clock(ThreadPark::new(), Arc::clone(&clock));
/// // All tasks wait, so the clock jumps to the next timer. An hour takes no time.
/// Runtime::with_park(park).block_on(async { sleep(Duration::from_secs(3600)).await });
/// assert_eq!(clock.now() - before, Duration::from_secs(3600));
/// ```
pub struct Clock {
    /// The tick 0.
    origin: StdInstant,
    /// It shows the system's time, and always has. Set by `new`, reset for good by the first `pause`.
    is_real: AtomicBool,
    /// It may be paused.
    can_pause: bool,
    hand: Mutex<Hand>,
}

/// Where a clock stands that is not the system's.
struct Hand {
    mode: Mode,
    /// How many reasons there are that the driver must not move it (see [`Clock::hold`]).
    holds: usize,
}

#[derive(Clone, Copy)]
enum Mode {
    Real,
    /// It shows this, as time since the origin.
    Paused(Duration),
    /// It was paused, and goes on from there, since then.
    Moved(Duration, StdInstant),
    /// It shows this, and goes on when its hand is moved. The driver does not know that it is no real
    /// clock, and so asks for sleeps as if it were.
    ByHand(Duration),
}

/// What the driver has to do, instead of sleeping until the next timer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Passing {
    /// Time passes by itself: sleep.
    ByItself,
    /// Time stands still: sleep until something else happens.
    NotAtAll,
    /// Time passes when the driver says so.
    ByDriver,
}

impl Clock {
    /// The system's clock.
    pub fn new() -> Clock {
        Clock::with_mode(Mode::Real)
    }

    /// The system's clock, which never stops: for a driver that several threads run tasks beside. None of them can tell
    /// when all the others wait.
    pub fn steady() -> Clock {
        Clock {
            can_pause: false,
            ..Clock::new()
        }
    }

    /// A clock that is paused.
    pub fn paused() -> Clock {
        note_hold();
        Clock::with_mode(Mode::Paused(Duration::ZERO))
    }

    /// A clock that is moved by hand, with [`advance`](Clock::advance) and by nothing else. For tests of
    /// what a driver sleeps on: a fake sleep moves the clock by as much as it was asked to sleep.
    pub fn by_hand() -> Clock {
        note_hold();
        Clock::with_mode(Mode::ByHand(Duration::ZERO))
    }

    fn with_mode(mode: Mode) -> Clock {
        Clock {
            origin: StdInstant::now(),
            is_real: AtomicBool::new(matches!(mode, Mode::Real)),
            can_pause: true,
            hand: Mutex::new(Hand { mode, holds: 0 }),
        }
    }

    /// What it shows.
    #[inline]
    pub fn now(&self) -> StdInstant {
        if self.is_real() {
            return StdInstant::now();
        }
        let since = self.lock().mode.since(self.origin);
        (self.origin.checked_add(since)).unwrap_or_else(|| end_of_time(self.origin))
    }

    /// What it shows, as time since the tick 0.
    #[inline]
    pub(crate) fn since_origin(&self) -> Duration {
        if self.is_real() {
            return StdInstant::now().saturating_duration_since(self.origin);
        }
        self.lock().mode.since(self.origin)
    }

    /// The tick 0.
    #[inline]
    pub(crate) fn origin(&self) -> StdInstant {
        self.origin
    }

    /// Stops the clock, at the next tick: timers that are set for whole ticks from then on are due exactly
    /// when they are due.
    ///
    /// # Panics
    ///
    /// If it is paused, or is [steady](Clock::steady).
    #[track_caller]
    pub fn pause(&self) {
        assert!(
            self.can_pause,
            "`time::pause()` requires a runtime for one thread, such as `#[reveille::test]` makes"
        );
        note_hold();
        let mut hand = self.lock();
        let is_paused = matches!(hand.mode, Mode::Paused(_));
        if !is_paused {
            let since = hand.mode.since(self.origin);
            // Not before what it showed, where ticks have come to their end.
            let tick = tick::begin(tick::at_or_after(since));
            hand.mode = Mode::Paused(tick.max(since));
            // ORDERING: Relaxed: the mode is under the lock, which a thread takes that sees this. One that
            // does not has read the system's time, which this pause is not before.
            self.is_real.store(false, Relaxed);
        }
        drop(hand);
        assert!(!is_paused, "time is already frozen");
    }

    /// Lets the clock run again, from what it shows.
    ///
    /// # Panics
    ///
    /// If it is not paused.
    #[track_caller]
    pub fn resume(&self) {
        let mut hand = self.lock();
        let paused = match hand.mode {
            Mode::Paused(at) => Some(at),
            _ => None,
        };
        if let Some(at) = paused {
            hand.mode = Mode::Moved(at, StdInstant::now());
        }
        drop(hand);
        assert!(paused.is_some(), "time is not frozen");
    }

    /// Moves a clock that is paused, or that is moved by hand. One that has reached the end of time stays
    /// there.
    ///
    /// # Panics
    ///
    /// If it is neither.
    #[track_caller]
    pub fn advance(&self, duration: Duration) {
        let mut hand = self.lock();
        let is_moved = match &mut hand.mode {
            Mode::Paused(at) | Mode::ByHand(at) => {
                let later = at.saturating_add(duration);
                // The end of time is the last instant that the system can name.
                if self.origin.checked_add(later).is_some() {
                    *at = later;
                }
                true
            }
            Mode::Real | Mode::Moved(..) => false,
        };
        drop(hand);
        assert!(is_moved, "time is not frozen");
    }

    /// Keeps the driver from moving a paused clock, until as many [releases](Clock::release).
    pub fn hold(&self) {
        self.lock().holds += 1;
    }

    /// Undoes one [hold](Clock::hold).
    ///
    /// # Panics
    ///
    /// If there is none.
    pub fn release(&self) {
        let mut hand = self.lock();
        let left = hand.holds.checked_sub(1);
        hand.holds = left.unwrap_or(0);
        drop(hand);
        assert!(left.is_some(), "a release without a hold");
    }

    /// Whether it shows the system's time, and always has.
    #[inline]
    pub(crate) fn is_real(&self) -> bool {
        // ORDERING: Relaxed, see `pause`.
        self.is_real.load(Relaxed)
    }

    /// How its time passes while the driver sleeps.
    pub(crate) fn passing(&self) -> Passing {
        if self.is_real() {
            return Passing::ByItself;
        }
        let hand = self.lock();
        match hand.mode {
            Mode::Real | Mode::Moved(..) | Mode::ByHand(_) => Passing::ByItself,
            Mode::Paused(_) if hand.holds == 0 => Passing::ByDriver,
            Mode::Paused(_) => Passing::NotAtAll,
        }
    }

    fn lock(&self) -> MutexGuard<'_, Hand> {
        self.hand.lock().expect("nothing panics under this lock")
    }
}

/// The last instant that the system can name.
#[cold]
fn end_of_time(origin: StdInstant) -> StdInstant {
    let (mut end, mut step) = (origin, Duration::MAX);
    while !step.is_zero() {
        match end.checked_add(step) {
            Some(later) => end = later,
            None => step /= 2,
        }
    }
    end
}

impl Mode {
    fn since(self, origin: StdInstant) -> Duration {
        match self {
            Mode::Real => StdInstant::now().saturating_duration_since(origin),
            Mode::Paused(at) | Mode::ByHand(at) => at,
            Mode::Moved(at, since) => at.saturating_add(since.elapsed()),
        }
    }
}

#[cfg(not(loom))]
/// Some clock of this process is not, or was once not, the system's. Set for good.
static IS_ANY_HELD: AtomicBool = AtomicBool::new(false);

/// Whether it may make a difference which clock is read.
#[cfg(not(loom))]
#[inline]
pub(crate) fn is_any_held() -> bool {
    // ORDERING: Relaxed: a thread that has paused a clock sees its own store, and others have to be told of
    // the pause by something that orders them.
    IS_ANY_HELD.load(Relaxed)
}

#[cfg(not(loom))]
fn note_hold() {
    // ORDERING: as above.
    IS_ANY_HELD.store(true, Relaxed);
}

/// In a model all clocks are moved by hand.
#[cfg(loom)]
pub(crate) fn is_any_held() -> bool {
    true
}

#[cfg(loom)]
fn note_hold() {}

impl Default for Clock {
    fn default() -> Clock {
        Clock::new()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Clock")
            .field("since_origin", &self.since_origin())
            .field("passing", &self.passing())
            .finish_non_exhaustive()
    }
}

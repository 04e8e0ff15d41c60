// A time that it shows, and a moment since which it goes on from there.
//
// The system's clock is one that shows 0 at its origin and goes on since then. A clock that stands has no such
// moment. All of it is under one lock, and the lock is taken each time.

use std::fmt;
use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, Instant as StdInstant};

use model::loom::sync::atomic::AtomicBool;
use model::loom::sync::{Mutex, MutexGuard};

use crate::tick;

/// The clock of one driver.
pub struct Clock {
    /// The tick 0.
    origin: StdInstant,
    hand: Mutex<Hand>,
}

struct Hand {
    /// What it showed at `since`, as time since the origin; or shows, if it stands.
    shown: Duration,
    /// It goes on from `shown`, since then.
    since: Option<StdInstant>,
    /// It has never been held.
    is_real: bool,
    /// It stands, and the driver does not know.
    is_by_hand: bool,
    holds: usize,
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
        let origin = StdInstant::now();
        Clock {
            origin,
            hand: Mutex::new(Hand {
                shown: Duration::ZERO,
                since: Some(origin),
                is_real: true,
                is_by_hand: false,
                holds: 0,
            }),
        }
    }

    /// A clock that is paused.
    pub fn paused() -> Clock {
        let clock = Clock::new();
        clock.lock().stand_at(Duration::ZERO);
        clock
    }

    /// A clock that is moved by hand, with [`advance`](Clock::advance) and by nothing else. For tests of
    /// what a driver sleeps on: a fake sleep moves the clock by as much as it was asked to sleep.
    pub fn by_hand() -> Clock {
        let clock = Clock::paused();
        clock.lock().is_by_hand = true;
        clock
    }

    /// What it shows.
    #[inline]
    pub fn now(&self) -> StdInstant {
        let since = self.since_origin();
        (self.origin.checked_add(since)).unwrap_or_else(|| self.end_of_time())
    }

    /// The last instant that the system can name.
    fn end_of_time(&self) -> StdInstant {
        let mut end = self.origin;
        let mut step = Duration::MAX;
        while !step.is_zero() {
            match end.checked_add(step) {
                Some(later) => end = later,
                None => step /= 2,
            }
        }
        end
    }

    /// What it shows, as time since the tick 0.
    #[inline]
    pub(crate) fn since_origin(&self) -> Duration {
        self.lock().shows()
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
    /// If it is paused.
    #[track_caller]
    pub fn pause(&self) {
        let mut hand = self.lock();
        let is_paused = hand.is_paused();
        if !is_paused {
            let shows = hand.shows();
            let next_tick = tick::begin(tick::at_or_after(shows));
            // Ticks may have come to their end.
            hand.stand_at(next_tick.max(shows));
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
        let is_paused = hand.is_paused();
        if is_paused {
            hand.since = Some(StdInstant::now());
        }
        drop(hand);
        assert!(is_paused, "time is not frozen");
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
        let stands = hand.since.is_none();
        let later = hand.shown.saturating_add(duration);
        if stands && self.origin.checked_add(later).is_some() {
            hand.shown = later;
        }
        drop(hand);
        assert!(stands, "time is not frozen");
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
        self.lock().is_real
    }

    /// How its time passes while the driver sleeps.
    pub(crate) fn passing(&self) -> Passing {
        let hand = self.lock();
        match hand.is_paused() {
            false => Passing::ByItself,
            true if hand.holds == 0 => Passing::ByDriver,
            true => Passing::NotAtAll,
        }
    }

    fn lock(&self) -> MutexGuard<'_, Hand> {
        self.hand.lock().expect("nothing panics under this lock")
    }
}

impl Hand {
    fn shows(&self) -> Duration {
        let passed = self.since.map(|since| since.elapsed());
        self.shown.saturating_add(passed.unwrap_or_default())
    }

    /// Whether it stands, and the driver knows.
    fn is_paused(&self) -> bool {
        self.since.is_none() && !self.is_by_hand
    }

    fn stand_at(&mut self, shown: Duration) {
        note_hold();
        self.shown = shown;
        self.since = None;
        self.is_real = false;
        self.is_by_hand = false;
    }
}

/// Some clock of this process is not, or was once not, the system's. Set for good.
#[cfg(not(loom))]
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

//! How fast a worker goes, as others see it.
//!
//! To take a task from another worker costs what it costs to move its cache lines: some hundred nanoseconds. That is more than a
//! short poll takes. So tasks are worth stealing from a worker whose polls are *long*, and from no other. A worker cannot say
//! so of itself, not while it is in the middle of a poll; and a look at the clock in each poll would cost as much as the poll. So
//! a worker only counts, in a word of its own, and one parked worker, the watcher (`watch`), looks at that word twice:
//!
//! ```text
//!     first look     1200 polls
//!     50 µs later    2100 polls      900 polls: short
//!     50 µs later    2101 polls      one poll in 50 µs: long. It is open to thieves now
//!     50 µs later    2103 polls      it slept for 30 µs of them, so it has no more than it can do
//! ```
//!
//! Around a sleep there is time for a look at the clock, so a worker also says how long it has slept. To count its sleeps would not do: with
//! many sockets there are some ready each time that it asks, and it sleeps often and never long.
//!
//! That says whether the *victim* is busy for long. Whether its tasks are worth the way is another question: a task that spawns ten
//! thousand others is one long poll, and those others may be tiny. So a thief looks at its own count, too: before it steals, and when all that it has
//! stolen is done.

use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::time::Duration;

use model::loom::sync::atomic::AtomicU64;

/// The count of one worker: polls, and sleeps in between.
///
/// All times are since some instant, the same for all.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// use work_stealing::pace::{Look, Pace, STUCK, Verdict};
///
/// let pace = Pace::new();
/// pace.count_poll();
/// let before = pace.look(Duration::ZERO);
/// // The worker is in the middle of its poll, and stays there.
/// let verdict = Look::verdict(before, pace.look(STUCK));
/// assert_eq!(verdict, Verdict::Stuck);
/// ```
#[derive(Debug)]
pub struct Pace {
    /// Polls, and sleeps. All words are written by the thread that has the worker's core, and by no other.
    word: AtomicU64,
    /// For how long the worker slept, in nanoseconds, up to its present sleep.
    slept: AtomicU64,
    /// When its present sleep began, in nanoseconds; 0 if it is awake.
    asleep: AtomicU64,
}

/// A look at a worker's count.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// use work_stealing::pace::{Look, Pace};
///
/// let thief = Pace::new();
/// let before = thief.look(Duration::ZERO);
/// for _ in 0..100 {
///     thief.count_poll();
/// }
/// // A hundred stolen tasks in ten microseconds: to move them took longer than to run them.
/// assert!(!Look::is_worth_it(before, thief.look(Duration::from_micros(10))));
/// assert!(Look::is_worth_it(before, thief.look(Duration::from_millis(1))));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Look {
    word: u64,
    slept: u64,
    at: u64,
}

/// What two looks say.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// use work_stealing::pace::{Look, Pace, Verdict};
///
/// let worker = Pace::new();
/// let before = worker.look(Duration::ZERO);
/// for _ in 0..9 {
///     worker.count_poll();
/// }
/// let after = |elapsed| Look::verdict(before, worker.look(elapsed));
/// assert_eq!(after(Duration::from_micros(9)), Verdict::Short);
/// assert_eq!(after(Duration::from_micros(100)), Verdict::Long);
/// assert_eq!(after(Duration::from_millis(10)), Verdict::Stuck);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The worker slept for most of the time, or its polls are short.
    Short,
    /// Its polls are long: what waits for it may be taken away.
    Long,
    /// It is in the middle of a poll that has lasted since the first look at least; or all of its polls are so long that another
    /// thread could have been woken for what waits behind each.
    Stuck,
}

/// Polls are long if they take so long on average: some times what it costs to steal one task.
pub const LONG: Duration = Duration::from_micros(4);

/// A poll that takes so long on average delays the next task by more than it takes to wake a thread.
pub const STUCK: Duration = Duration::from_micros(50);

/// A task that has been stolen is worth it if its poll takes so long: some times what it costs to move its cache lines.
pub const WORTH_STEALING: Duration = Duration::from_micros(1);

/// So many stolen tasks cannot have cost much.
const FEW: u32 = 16;

const SLEEP: u64 = 1 << 40;

impl Pace {
    /// No poll, and no sleep.
    pub fn new() -> Pace {
        Pace {
            word: AtomicU64::new(0),
            slept: AtomicU64::new(0),
            asleep: AtomicU64::new(0),
        }
    }

    /// A poll begins. Called by the worker.
    #[inline]
    pub fn count_poll(&self) {
        // ORDERING: Relaxed; there is one writer. A count is all that it hands over.
        self.word.store(self.word.load(Relaxed) + 1, Relaxed);
    }

    /// A sleep begins. Called by the worker.
    pub fn fall_asleep(&self, at: Duration) {
        // ORDERING: Relaxed, as in `count_poll`. A look between the two writes of `wake_up` counts a sleep twice, and one verdict is
        // *short* that need not be.
        self.asleep.store(nanos(at).max(1), Relaxed);
    }

    /// The sleep is over. Called by the worker.
    pub fn wake_up(&self, at: Duration) {
        let slept = nanos(at).saturating_sub(self.asleep.load(Relaxed));
        self.slept
            .store(self.slept.load(Relaxed).wrapping_add(slept), Relaxed);
        self.asleep.store(0, Relaxed);
    }

    /// The worker runs tasks again. Called by the worker.
    pub fn count_sleep(&self) {
        let polls = self.word.load(Relaxed);
        // ORDERING: Release, so that a core that is handed over takes the count along.
        self.word.store(polls.wrapping_add(SLEEP), Release);
    }

    /// The count as it is now. Called by any thread.
    pub fn look(&self, at: Duration) -> Look {
        let at = nanos(at);
        let present = match self.asleep.load(Relaxed) {
            0 => 0,
            since => at.saturating_sub(since),
        };
        Look {
            // ORDERING: Acquire, with `count_sleep`.
            word: self.word.load(Acquire),
            slept: self.slept.load(Relaxed).wrapping_add(present),
            at,
        }
    }
}

fn nanos(time: Duration) -> u64 {
    // Five hundred years.
    time.as_nanos() as u64
}

impl Default for Pace {
    fn default() -> Pace {
        Pace::new()
    }
}

impl Look {
    // ANCHOR: since
    /// What is to be said of a worker of two looks.
    pub fn verdict(before: Look, now: Look) -> Verdict {
        let elapsed = now.since(before);
        let slept = Duration::from_nanos(now.slept.wrapping_sub(before.slept));
        let busy = elapsed.saturating_sub(slept);
        if busy < elapsed / 2 {
            return Verdict::Short;
        }
        // The poll that was going on at the first look is not counted, and was a part of the time.
        let mean = busy / (now.polls_since(before) + 1);
        if mean < LONG {
            Verdict::Short
        } else if mean < STUCK {
            Verdict::Long
        } else {
            Verdict::Stuck
        }
    }
    // ANCHOR_END: since

    // ANCHOR: is-worth-it
    /// Whether it was right to steal the tasks that have been run between two looks at the thief. A few of them are no loss in any case, and
    /// one of them may have been waited for.
    pub fn is_worth_it(before: Look, now: Look) -> bool {
        if now.has_slept_since(before) {
            // The time says nothing.
            return true;
        }
        match now.polls_since(before) {
            polls if FEW < polls => WORTH_STEALING <= now.since(before) / polls,
            _ => true,
        }
    }
    // ANCHOR_END: is-worth-it

    /// How much time lies between two looks.
    pub fn since(self, before: Look) -> Duration {
        Duration::from_nanos(self.at.saturating_sub(before.at))
    }

    /// Whether neither a poll nor a sleep came between two looks.
    pub fn is_as(self, before: Look) -> bool {
        self.word == before.word
    }

    /// How many sleeps there were.
    pub fn sleeps(self) -> u64 {
        self.word / SLEEP
    }

    /// Whether a sleep ended between two looks.
    pub fn has_slept_since(self, before: Look) -> bool {
        self.sleeps() != before.sleeps()
    }

    /// How many polls began between two looks.
    fn polls_since(self, before: Look) -> u32 {
        let polls = (self.word % SLEEP).wrapping_sub(before.word % SLEEP) % SLEEP;
        u32::try_from(polls).unwrap_or(u32::MAX - 1)
    }
}

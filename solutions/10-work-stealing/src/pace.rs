//! How fast a worker goes, as others see it.
//!
//! To take a task from another worker costs what it costs to move its cache lines: some hundred nanoseconds. That is more than a
//! short poll takes. So tasks are worth stealing from a worker whose polls are *long*, and from no other. A worker cannot say
//! so of itself, not while it is in the middle of a poll; and a look at the clock in each poll would cost as much as the poll. So
//! a worker only counts, in a word of its own, and one parked worker, the watcher (`watch`), looks at that word twice:
//!
//! ```text
//!     first look    3 sleeps, 1200 polls
//!     50 µs later   3 sleeps, 2100 polls      900 polls: short
//!     50 µs later   3 sleeps, 2101 polls      one poll in 50 µs: long. It is open to thieves now
//!     50 µs later   4 sleeps, 2103 polls      it slept in between, so it has no more than it can do
//! ```

use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::time::Duration;

use model::loom::sync::atomic::AtomicU64;

/// The count of one worker: polls, and sleeps in between.
#[derive(Debug)]
pub(crate) struct Pace {
    /// Written by the thread that has the worker's core.
    word: AtomicU64,
}

/// A look at a worker's count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Look(u64);

/// What two looks say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The worker slept, or has no more than short polls.
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

const SLEEP: u64 = 1 << 40;

impl Pace {
    pub(crate) fn new() -> Pace {
        Pace {
            word: AtomicU64::new(0),
        }
    }

    /// A poll begins. Called by the worker.
    #[inline]
    pub(crate) fn count_poll(&self) {
        // ORDERING: Relaxed; there is one writer. A count is all that it hands over.
        self.word.store(self.word.load(Relaxed) + 1, Relaxed);
    }

    /// A sleep is over. Called by the worker.
    pub(crate) fn count_sleep(&self) {
        let polls = self.word.load(Relaxed);
        // ORDERING: Release, so that a core that is handed over takes the count along.
        self.word.store(polls.wrapping_add(SLEEP), Release);
    }

    pub(crate) fn look(&self) -> Look {
        // ORDERING: Acquire, with `count_sleep`.
        Look(self.word.load(Acquire))
    }
}

impl Look {
    // ANCHOR: since
    /// What is to be said of a worker that was looked at `elapsed` ago, and now.
    pub fn verdict(before: Look, now: Look, elapsed: Duration) -> Verdict {
        if before.0 / SLEEP != now.0 / SLEEP {
            return Verdict::Short;
        }
        let polls = now.0 - before.0;
        if polls == 0 {
            return Verdict::Stuck;
        }
        // The poll that was going on at the first look is not counted, and was a part of the time.
        let mean = elapsed / u32::try_from(polls + 1).unwrap_or(u32::MAX);
        if mean < LONG {
            Verdict::Short
        } else if mean < STUCK {
            Verdict::Long
        } else {
            Verdict::Stuck
        }
    }
    // ANCHOR_END: since
}

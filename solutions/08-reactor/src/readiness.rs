//! What is known of one direction of a source, in one word.
//!
//! The system reports a change once ("edge triggering"): after it has said that there is something to
//! read, it says so again only when more comes. So the report must be kept until a read finds
//! nothing more, and then it must be cleared. The danger is a report that comes in between:
//!
//! ```text
//!     a task                              the driver
//!     reads: nothing there
//!                                         event: there is something to read
//!     clears what it saw
//!     waits for an event that has come already
//! ```
//!
//! So each report also advances a **tick**, and a task clears only if the tick is still the one that
//! it saw before it read. Each direction has a tick of its own. With one for both, an event about
//! writing would keep a reader from clearing, and the reader would try again and again.
//!
//! ```text
//!       bits 7..                       bit 6      bits 0..6
//!     ┌──────────────────────────────┬──────────┬─────────┐
//!     │ tick: one for each report    │ SHUTDOWN │ Ready   │
//!     └──────────────────────────────┴──────────┴─────────┘
//! ```
//!
//! # Invariants
//!
//! - **Clear What Was Seen**: a clear takes away facts that were seen, and only if no report came
//!   since. A tick of 57 bits comes round to the same number in four years of a report each
//!   nanosecond, so equal ticks mean that no report came.
//! - **The End Stays**: a closed end is not cleared, and neither is SHUTDOWN.
//!
//! In tokio: `readiness` in `runtime/io/scheduled_io.rs`, where both directions share a tick.

use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed};

use model::loom::sync::atomic::AtomicU64;

use crate::Ready;

/// The word of one direction.
#[derive(Debug)]
pub(crate) struct Readiness {
    word: AtomicU64,
}

/// The word, as it was when a task looked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Snapshot(u64);

const READY: u64 = Ready::ALL.as_bits() as u64;
/// The driver is gone: no report will come.
const SHUTDOWN: u64 = 1 << 6;
/// One report.
const TICK: u64 = 1 << 7;

/// The word hands over nothing but itself: what an event is about is in the kernel. A change that has
/// to be seen by a task in time is made visible by the lock of the waiters, which both sides take.
/// Acquire and Release only make what a thread did before it changed the word visible to a thread
/// that acts on the change, so that a try that follows a report comes after it.
impl Readiness {
    /// Nothing was reported yet, and `assumed` is taken to be true.
    pub(crate) fn new(assumed: Ready) -> Readiness {
        Readiness {
            word: AtomicU64::new(u64::from(assumed.as_bits())),
        }
    }

    #[inline]
    pub(crate) fn load(&self) -> Snapshot {
        Snapshot(self.word.load(Acquire))
    }

    // ANCHOR: report
    /// Adds what an event says.
    #[inline]
    pub(crate) fn report(&self, ready: Ready) {
        let ready = u64::from(ready.as_bits());
        // The tick wraps: it is the uppermost part of the word.
        self.update(|word| Some((word | ready).wrapping_add(TICK)));
    }
    // ANCHOR_END: report

    // ANCHOR: clear
    /// Takes away the facts `seen`, unless there was a report since (Clear What Was Seen).
    #[inline]
    pub(crate) fn clear(&self, seen: Snapshot, facts: Ready) {
        // ANCHOR: ex-8-1-clear
        let facts = u64::from((facts - Ready::CLOSED).as_bits());
        self.update(|word| {
            let is_unchanged = word / TICK == seen.0 / TICK;
            is_unchanged.then_some(word & !facts)
        });
        // ANCHOR_END: ex-8-1-clear
    }
    // ANCHOR_END: clear

    /// Says that no report will come.
    pub(crate) fn shut_down(&self) {
        self.update(|word| Some(word | SHUTDOWN));
    }

    /// Moves the tick, as if that many reports had come: for tests of what happens at its end.
    #[cfg(feature = "steps")]
    pub(crate) fn advance(&self, reports: u64) {
        self.update(|word| Some(word.wrapping_add(reports.wrapping_mul(TICK))));
    }

    // ANCHOR: update
    /// Writes what `change` makes of the word, in one step; if it makes nothing of it, the word stays.
    fn update(&self, change: impl Fn(u64) -> Option<u64>) {
        // ORDERING: as the sentence above the impl says.
        let mut word = self.word.load(Relaxed);
        while let Some(next) = change(word) {
            match self.word.compare_exchange_weak(word, next, AcqRel, Relaxed) {
                Ok(_) => return,
                Err(present) => word = present,
            }
        }
    }
    // ANCHOR_END: update
}

impl Snapshot {
    /// Of a word that was not looked at.
    pub(crate) const NOTHING: Snapshot = Snapshot(0);

    /// The facts.
    #[inline]
    pub(crate) fn ready(self) -> Ready {
        Ready::from_bits((self.0 & READY) as u8)
    }

    #[inline]
    pub(crate) fn is_shut_down(self) -> bool {
        self.0 & SHUTDOWN != 0
    }
}

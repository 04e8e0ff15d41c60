//! Where the owner of the driver sleeps, so that it is woken there.
//!
//! A driver without sources has nothing to ask the system for: its owner then sleeps as a thread does,
//! and wakes cost no system call that the thread's own sleep does not need. So there are two places to
//! sleep, and the first source that is registered changes the place, while the owner may sleep in the
//! other one. One word tells of all that:
//!
//! ```text
//!      bits 3..                  bit 2      bit 1      bit 0
//!     ┌─────────────────────────┬──────────┬──────────┬──────────┐
//!     │ registered sources      │ POLLING  │ BELOW    │ NOTIFIED │
//!     └─────────────────────────┴──────────┴──────────┴──────────┘
//! ```
//!
//! The owner writes where it sleeps with the same step that finds no notification and, if it sleeps
//! below, no source. So an unpark and a first source come before that step, and are found by it; or
//! after it, and find where the owner sleeps.
//!
//! # Invariants
//!
//! - **An Unpark Is Kept**: NOTIFIED stays until the owner has seen it.
//! - **Sources Are Watched**: the owner sleeps below only while no source is registered, or another
//!   thread has the turn and will wake it.

use std::sync::atomic::Ordering::{AcqRel, Relaxed};

use model::loom::sync::atomic::AtomicUsize;

/// The word.
#[derive(Debug)]
pub(crate) struct Sleep {
    word: AtomicUsize,
}

/// Where a thread that has just been notified sleeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "it sleeps until it is woken"]
pub(crate) enum Asleep {
    /// It does not sleep, or another thread wakes it.
    Nowhere,
    /// On what is below the driver.
    Below,
    /// On the driver's sources.
    Polling,
}

/// An unpark came: do not sleep.
#[derive(Debug)]
pub(crate) struct Notified;

const NOTIFIED: usize = 1;
const BELOW: usize = 1 << 1;
const POLLING: usize = 1 << 2;
const SOURCE: usize = 1 << 3;

/// What the thread that unparks did before is visible to the owner when it has seen NOTIFIED: Release
/// there, Acquire here. All other changes hand nothing over; they go with the same orderings.
impl Sleep {
    pub(crate) fn new() -> Sleep {
        Sleep {
            word: AtomicUsize::new(0),
        }
    }

    /// How many sources are registered.
    #[inline]
    pub(crate) fn sources(&self) -> usize {
        self.word.load(Relaxed) / SOURCE
    }

    /// Uses up an unpark, if there is one.
    #[inline]
    pub(crate) fn take_notified(&self) -> bool {
        // A look first: most of the time there is none.
        self.word.load(Relaxed) & NOTIFIED != 0
            && self.word.fetch_and(!NOTIFIED, AcqRel) & NOTIFIED != 0
    }

    /// Says that the owner is about to sleep below. Returns whether it may: not if it is `polling` that
    /// it has to do, since a source is registered.
    ///
    /// # Errors
    ///
    /// If an unpark came, which is used up.
    pub(crate) fn begin_below(&self) -> Result<bool, Notified> {
        // ANCHOR: ex-8-6-begin-below
        // If there is an unpark, it is used up and the answer is `Notified`; if there is a source,
        // the answer is `false`; otherwise the step that finds neither writes BELOW, and the answer
        // is `true`.
        todo!("8.6 begin-below")
        // ANCHOR_END: ex-8-6-begin-below
    }

    /// Says that the owner is about to sleep below though there are sources: the thread that has the
    /// turn will wake it.
    ///
    /// # Errors
    ///
    /// If an unpark came, which is used up.
    pub(crate) fn begin_below_beside_turn(&self) -> Result<(), Notified> {
        self.begin(BELOW)
    }

    /// Says that the owner is about to sleep on its sources.
    ///
    /// # Errors
    ///
    /// If an unpark came, which is used up.
    #[inline]
    pub(crate) fn begin_polling(&self) -> Result<(), Notified> {
        self.begin(POLLING)
    }

    fn begin(&self, place: usize) -> Result<(), Notified> {
        if self.word.fetch_or(place, AcqRel) & NOTIFIED == 0 {
            return Ok(());
        }
        self.end();
        Err(Notified)
    }

    /// Says that the owner is up again. Uses up an unpark.
    #[inline]
    pub(crate) fn end(&self) {
        self.word.fetch_and(!(NOTIFIED | BELOW | POLLING), AcqRel);
    }

    /// Leaves an unpark. Returns where the owner has to be woken.
    pub(crate) fn notify(&self) -> Asleep {
        // ANCHOR: ex-8-5-notify
        // The owner's next sleep, or its present one, ends; the caller is told where to wake the
        // owner, unless another unpark is doing so; and what the caller did before is visible to an
        // owner that saw this unpark.
        todo!("8.5 notify")
        // ANCHOR_END: ex-8-5-notify
    }

    /// Counts a new source. Returns where the owner sleeps, if that is where it does not see the source.
    pub(crate) fn add_source(&self) -> Asleep {
        match asleep(self.word.fetch_add(SOURCE, AcqRel)) {
            Asleep::Below => Asleep::Below,
            _ => Asleep::Nowhere,
        }
    }

    /// Counts a source that is gone.
    pub(crate) fn remove_source(&self) {
        let before = self.word.fetch_sub(SOURCE, AcqRel);
        debug_assert!(SOURCE <= before, "more sources went than came");
    }
}

fn asleep(word: usize) -> Asleep {
    if word & BELOW != 0 {
        Asleep::Below
    } else if word & POLLING != 0 {
        Asleep::Polling
    } else {
        Asleep::Nowhere
    }
}

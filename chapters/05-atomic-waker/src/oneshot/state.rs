//! The word that both ends share: what has been done, and which end is still there.
//!
//! ```text
//!     0            nothing yet
//!     RX_WAKER     the receiver has left its waker
//!     COMPLETE     the sender has said all it will: there is a value in the cell, or there will be none
//!     CLOSED       the receiver takes nothing any more
//!     TX_GONE      the sender does not touch the channel any more
//!     RX_GONE      the receiver does not touch the channel any more
//! ```
//!
//! The names of the invariants are those of [`oneshot`](super). The module is public for tests,
//! which take one step at a time.

use std::fmt;
use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed};

use model::loom::sync::atomic::AtomicUsize;

/// A step that changes the word gives away what its end did to the cells before (Release), and takes
/// over what the other end did (Acquire): so it is AcqRel throughout. A load is Acquire, except where
/// an exchange follows, and that is the access that counts.
pub struct State {
    word: AtomicUsize,
}

/// What the word was at some moment.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Snapshot(usize);

/// The receiver's waker is in its cell. Set and cleared by the receiver.
const RX_WAKER: usize = 1 << 0;
/// The sender has said all it will. Set by the sender, and not after CLOSED.
const COMPLETE: usize = 1 << 1;
/// The receiver takes nothing any more, except what is there already. Set by the receiver.
const CLOSED: usize = 1 << 2;
/// The sender is gone: it does not touch the channel any more. Set by the sender.
const TX_GONE: usize = 1 << 3;
/// The receiver is gone. Set by the receiver, and not before COMPLETE or CLOSED is.
const RX_GONE: usize = 1 << 4;

/// One of the two ends.
#[derive(Clone, Copy, Debug)]
pub enum End {
    /// The one that sends.
    Sender,
    /// The one that receives.
    Receiver,
}

/// What the sender has to do, now that it has said all it will.
#[derive(Debug, PartialEq, Eq)]
#[must_use]
pub enum ToComplete {
    /// Nothing: there is no waker to call, and the sender is gone already.
    Gone,
    /// Take the receiver's waker, go, and wake it.
    Wake,
    /// The receiver was closed before: the cell is still the sender's. Take the value back, and go.
    Closed,
}

impl State {
    /// Nothing has been done, and both ends are there.
    pub fn new() -> State {
        State {
            word: AtomicUsize::new(0),
        }
    }

    /// What it is at this moment.
    #[inline]
    pub fn load(&self) -> Snapshot {
        // ORDERING: Acquire, since an end that sees COMPLETE reads the value, and an end that sees
        // the other one gone frees.
        Snapshot(self.word.load(Acquire))
    }

    /// The sender has said all it will. What it has to say is in the cell.
    ///
    /// If there is no waker to call, the sender is gone by the same step: then this is its last
    /// access.
    #[inline]
    pub fn complete(&self) -> ToComplete {
        // ANCHOR: ex-5-5-complete
        // In one step the value is the receiver's, or the sender knows that it keeps it; and the
        // sender knows whether it has a task to wake, or is gone by the same step.
        todo!("5.5 complete")
        // ANCHOR_END: ex-5-5-complete
    }

    /// The receiver takes nothing any more. Returns what the word was before.
    pub fn close(&self) -> Snapshot {
        Snapshot(self.word.fetch_or(CLOSED, AcqRel))
    }

    /// The receiver has put its waker into the cell. Returns what the word is now.
    #[inline]
    pub fn set_rx_waker(&self) -> Snapshot {
        Snapshot(self.word.fetch_or(RX_WAKER, AcqRel) | RX_WAKER)
    }

    /// The receiver takes its waker back, unless the word says COMPLETE. Returns what the word is
    /// now.
    pub fn unset_rx_waker(&self) -> Snapshot {
        Snapshot(self.word.fetch_and(!RX_WAKER, AcqRel) & !RX_WAKER)
    }

    /// An end is about to go. This is its last access, unless it is the last one to go: says
    /// whether it is.
    #[inline]
    #[must_use = "the last one frees"]
    pub fn leave(&self, end: End) -> bool {
        // ANCHOR: ex-5-6-leave
        // Of two ends that go, in any order or at once, exactly one is told to free, and it sees
        // all that the other did.
        todo!("5.6 leave")
        // ANCHOR_END: ex-5-6-leave
    }
}

impl Snapshot {
    /// Whether the sender has said all it will.
    #[inline]
    pub fn is_complete(self) -> bool {
        self.0 & COMPLETE != 0
    }

    /// Whether the receiver takes nothing any more.
    #[inline]
    pub fn is_closed(self) -> bool {
        self.0 & CLOSED != 0
    }

    /// Whether the receiver has nothing to wait for.
    #[inline]
    pub fn is_over(self) -> bool {
        self.0 & (COMPLETE | CLOSED) != 0
    }

    /// Whether the receiver's waker is in its cell.
    #[inline]
    pub fn is_rx_waker_set(self) -> bool {
        self.0 & RX_WAKER != 0
    }
}

impl Default for State {
    fn default() -> State {
        State::new()
    }
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.load().fmt(f)
    }
}

impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = [
            (RX_WAKER, "RX_WAKER"),
            (COMPLETE, "COMPLETE"),
            (CLOSED, "CLOSED"),
            (TX_GONE, "TX_GONE"),
            (RX_GONE, "RX_GONE"),
        ];
        let set = names.iter().filter(|(bit, _)| self.0 & bit != 0);
        let set: Vec<_> = set.map(|(_, name)| *name).collect();
        f.write_str(&set.join(" | "))
    }
}

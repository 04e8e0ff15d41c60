//! What the operating system says of a source: which operations are worth trying.
//!
//! In tokio: `io/ready.rs`.

use std::fmt;
use std::ops::{BitAnd, BitOr, BitOrAssign, Sub};

use crate::Interest;

/// A set of facts about a source, as events reported them.
///
/// A fact is a hint, not a promise: the operation that it speaks of may still find nothing. What an
/// event did not report is not in the set, even if it was asked for.
///
/// # Examples
///
/// ```
/// use reactor::Ready;
///
/// let ready = Ready::READABLE | Ready::READ_CLOSED;
/// assert!(ready.is_readable());
/// assert!(ready.is_read_closed());
/// assert!(!ready.is_writable());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ready(u8);

impl Ready {
    /// No fact.
    pub const EMPTY: Ready = Ready(0);
    /// A read may find something.
    pub const READABLE: Ready = Ready(1);
    /// A write may find room.
    pub const WRITABLE: Ready = Ready(1 << 1);
    /// The other side sends no more: reads come to the end. Once reported, this stays.
    pub const READ_CLOSED: Ready = Ready(1 << 2);
    /// The other side takes no more: writes fail. Once reported, this stays.
    pub const WRITE_CLOSED: Ready = Ready(1 << 3);
    /// Data that does not wait its turn, for example TCP's urgent byte. Reported on Linux and Android.
    pub const PRIORITY: Ready = Ready(1 << 4);
    /// The source has an error, which the next operation in either direction returns.
    pub const ERROR: Ready = Ready(1 << 5);
    /// Every fact.
    pub const ALL: Ready = Ready((1 << 6) - 1);

    /// Both ends that never open again.
    pub(crate) const CLOSED: Ready = Ready(1 << 2 | 1 << 3);
    /// All that a reader waits for.
    pub(crate) const READ: Ready = Ready(1 | 1 << 2 | 1 << 4 | 1 << 5);
    /// All that a writer waits for.
    pub(crate) const WRITE: Ready = Ready(1 << 1 | 1 << 3 | 1 << 5);

    /// The set that [`as_bits`](Ready::as_bits) was called on.
    pub(crate) const fn from_bits(bits: u8) -> Ready {
        Ready(bits & Ready::ALL.0)
    }

    /// One bit for each fact.
    pub(crate) const fn as_bits(self) -> u8 {
        self.0
    }

    /// The facts that end the wait of a task with this interest. An error ends every wait: it is in
    /// the next operation, whichever that is.
    pub fn from_interest(interest: Interest) -> Ready {
        let mut ready = Ready::EMPTY;
        if interest.is_readable() {
            ready |= Ready::READABLE | Ready::READ_CLOSED | Ready::ERROR;
        }
        if interest.is_writable() {
            ready |= Ready::WRITABLE | Ready::WRITE_CLOSED | Ready::ERROR;
        }
        if interest.is_priority() {
            ready |= Ready::PRIORITY | Ready::READ_CLOSED | Ready::ERROR;
        }
        if interest.is_error() {
            ready |= Ready::ERROR;
        }
        ready
    }

    /// All of both sets; `|`, where a constant is made.
    pub(crate) const fn or(self, other: Ready) -> Ready {
        Ready(self.0 | other.0)
    }

    /// Whether there is no fact in the set.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether a read may find something. The end is something to find.
    pub fn is_readable(self) -> bool {
        self.intersects(Ready::READABLE | Ready::READ_CLOSED)
    }

    /// Whether a write may find room, or finds out that the other side is gone.
    pub fn is_writable(self) -> bool {
        self.intersects(Ready::WRITABLE | Ready::WRITE_CLOSED)
    }

    /// Whether the other side sends no more.
    pub fn is_read_closed(self) -> bool {
        self.contains(Ready::READ_CLOSED)
    }

    /// Whether the other side takes no more.
    pub fn is_write_closed(self) -> bool {
        self.contains(Ready::WRITE_CLOSED)
    }

    /// Whether there is data that does not wait its turn.
    pub fn is_priority(self) -> bool {
        self.contains(Ready::PRIORITY)
    }

    /// Whether the source has an error.
    pub fn is_error(self) -> bool {
        self.contains(Ready::ERROR)
    }

    /// Whether all of `other` is in the set.
    pub fn contains(self, other: Ready) -> bool {
        self & other == other
    }

    /// Whether a part of `other` is in the set.
    pub(crate) fn intersects(self, other: Ready) -> bool {
        !(self & other).is_empty()
    }
}

impl BitOr for Ready {
    type Output = Ready;

    fn bitor(self, other: Ready) -> Ready {
        self.or(other)
    }
}

impl BitOrAssign for Ready {
    fn bitor_assign(&mut self, other: Ready) {
        self.0 |= other.0;
    }
}

impl BitAnd for Ready {
    type Output = Ready;

    fn bitand(self, other: Ready) -> Ready {
        Ready(self.0 & other.0)
    }
}

impl Sub for Ready {
    type Output = Ready;

    fn sub(self, other: Ready) -> Ready {
        Ready(self.0 & !other.0)
    }
}

impl fmt::Debug for Ready {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ready")
            .field("is_readable", &self.is_readable())
            .field("is_writable", &self.is_writable())
            .field("is_read_closed", &self.is_read_closed())
            .field("is_write_closed", &self.is_write_closed())
            .field("is_priority", &self.is_priority())
            .field("is_error", &self.is_error())
            .finish()
    }
}

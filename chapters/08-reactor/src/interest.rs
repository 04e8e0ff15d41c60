//! What a task wants to know of a source.
//!
//! In tokio: `io/interest.rs`.

use std::fmt;
use std::ops::{BitOr, BitOrAssign};

/// A set of things to wait for. It is never empty.
///
/// # Examples
///
/// ```
/// use reactor::Interest;
///
/// let both = Interest::READABLE | Interest::WRITABLE;
/// assert!(both.is_readable() && both.is_writable());
/// assert_eq!(both.remove(Interest::WRITABLE), Some(Interest::READABLE));
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Interest(u8);

impl Interest {
    /// Something to read, or the end of it.
    pub const READABLE: Interest = Interest(1);
    /// Room to write, or that no more is taken.
    pub const WRITABLE: Interest = Interest(1 << 1);
    /// An error of the source.
    pub const ERROR: Interest = Interest(1 << 2);
    /// Data that does not wait its turn.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    pub const PRIORITY: Interest = Interest(PRIORITY);

    /// Whether this waits for something to read.
    pub const fn is_readable(self) -> bool {
        self.0 & Interest::READABLE.0 != 0
    }

    /// Whether this waits for room to write.
    pub const fn is_writable(self) -> bool {
        self.0 & Interest::WRITABLE.0 != 0
    }

    /// Whether this waits for an error.
    pub const fn is_error(self) -> bool {
        self.0 & Interest::ERROR.0 != 0
    }

    /// Whether this waits for data that does not wait its turn.
    pub const fn is_priority(self) -> bool {
        self.0 & PRIORITY != 0
    }

    /// Both of them.
    #[must_use = "this returns a new set"]
    pub const fn add(self, other: Interest) -> Interest {
        Interest(self.0 | other.0)
    }

    /// What is left of the set without `other`; `None` if that is nothing.
    #[must_use = "this returns a new set"]
    pub const fn remove(self, other: Interest) -> Option<Interest> {
        match self.0 & !other.0 {
            0 => None,
            rest => Some(Interest(rest)),
        }
    }
}

/// The bit is the same on all systems, though not all can ask for it.
const PRIORITY: u8 = 1 << 3;

impl BitOr for Interest {
    type Output = Interest;

    fn bitor(self, other: Interest) -> Interest {
        self.add(other)
    }
}

impl BitOrAssign for Interest {
    fn bitor_assign(&mut self, other: Interest) {
        *self = self.add(other);
    }
}

impl fmt::Debug for Interest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = [
            (self.is_readable(), "READABLE"),
            (self.is_writable(), "WRITABLE"),
            (self.is_priority(), "PRIORITY"),
            (self.is_error(), "ERROR"),
        ];
        let present = names.iter().filter(|(is_present, _)| *is_present);
        for (index, (_, name)) in present.enumerate() {
            if index > 0 {
                f.write_str(" | ")?;
            }
            f.write_str(name)?;
        }
        Ok(())
    }
}

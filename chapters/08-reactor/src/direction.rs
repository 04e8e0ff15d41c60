//! The two directions of a source.

use crate::Ready;

/// One of the two directions of a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// From the source.
    Read,
    /// To the source.
    Write,
}

impl Direction {
    /// All facts about this direction.
    pub(crate) const fn mask(self) -> Ready {
        match self {
            Direction::Read => Ready::READ,
            Direction::Write => Ready::WRITE,
        }
    }
}

//! What went wrong for the reader, and what to do next.

use std::fmt;

/// An error a reader sees: one sentence that says what is wrong, and one that says what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What is wrong, a sentence without its full stop.
    pub what: String,
    /// The next step, a sentence without its full stop.
    pub next: String,
}

/// What everything in this crate that can fail returns.
pub type Result<T, E = Problem> = std::result::Result<T, E>;

impl Problem {
    /// A problem and the next step.
    pub fn new(what: impl Into<String>, next: impl Into<String>) -> Problem {
        Problem {
            what: what.into(),
            next: next.into(),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.\n  {}.", self.what, self.next)
    }
}

impl std::error::Error for Problem {}

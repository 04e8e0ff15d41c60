//! What went wrong for the reader, and what to do next.

use std::fmt;
use std::sync::OnceLock;

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
        write!(f, "{}.\n  {}.", self.what, self.next)?;
        match without_git(&self.next) {
            Some(more) => write!(f, "\n  {more}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Problem {}

/// What to say after an advice that names git, in a folder that git knows nothing of: the reader may have
/// unpacked an archive.
pub fn without_git(advice: &str) -> Option<&'static str> {
    static HAS_GIT: OnceLock<bool> = OnceLock::new();
    let has_git = || {
        let here = std::env::current_dir().unwrap_or_default();
        here.ancestors().any(|folder| folder.join(".git").exists())
    };
    let is_lost = advice.contains("`git ") && !HAS_GIT.get_or_init(has_git);
    is_lost.then_some(NO_GIT)
}

const NO_GIT: &str = "There is no git repository here, so take the file from the archive that you unpacked, or \
                      compare it with that.";

//! Which exercise a test belongs to.

use std::fmt;
use std::time::Duration;

/// An exercise of the course: every failure of a test says which one it is about, and which page
/// of the book explains it.
///
/// ```
/// use testkit::Exercise;
///
/// const EX: Exercise = Exercise::new("1.1", "timer-future/poll.md");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exercise {
    id: &'static str,
    page: &'static str,
}

/// How long a test may take before it counts as a hang.
///
/// Longer under Miri and when the environment variable `TESTKIT_SLOW` is set (for valgrind and
/// the like). On Linux most hangs are found sooner: see [`within`](crate::within()).
pub const LIMIT: Duration = Duration::from_secs(5);

impl Exercise {
    /// `id` is the exercise's number, such as `1.1`; `page` is the page's path below `book/src`.
    pub const fn new(id: &'static str, page: &'static str) -> Exercise {
        Exercise { id, page }
    }

    /// The exercise's number, such as `1.1`.
    pub const fn id(self) -> &'static str {
        self.id
    }

    /// The page that explains it, below `book/src`.
    pub const fn page(self) -> &'static str {
        self.page
    }
}

impl fmt::Display for Exercise {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "exercise {} · book/src/{}", self.id, self.page)
    }
}

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
    /// Others that a failure may be about.
    may_be: &'static str,
}

/// How long a test may take before it counts as a hang, in time that its process could use: see
/// [`within`](crate::within()).
///
/// Longer under Miri and when the environment variable `TESTKIT_SLOW` is set (for valgrind and
/// the like). On Linux most hangs are found sooner: see [`within`](crate::within()).
pub const LIMIT: Duration = Duration::from_secs(5);

impl Exercise {
    /// `id` is the exercise's number, such as `1.1`; `page` is the page's path below `book/src`.
    pub const fn new(id: &'static str, page: &'static str) -> Exercise {
        let may_be = "";
        Exercise { id, page, may_be }
    }

    /// A chapter as a whole, for tests that look at more than one exercise. `number` is the chapter's,
    /// such as `3`; `page` is the chapter's first page.
    ///
    /// ```
    /// use testkit::{Exercise, Rule};
    ///
    /// const CHAPTER: Exercise = Exercise::chapter("3", "harness/index.md");
    /// const JOINED: Rule = CHAPTER.may_be("3.5 or 3.6").rule("A task that is awaited wakes its handle.");
    /// ```
    pub const fn chapter(number: &'static str, page: &'static str) -> Exercise {
        Exercise::new(number, page)
    }

    /// The same, for what several exercises decide: a failure then says which. `others` completes the
    /// sentence "this may be …": "3.5 or 3.6".
    pub const fn may_be(self, others: &'static str) -> Exercise {
        Exercise {
            may_be: others,
            ..self
        }
    }

    /// The exercise's number, such as `1.1`, or the chapter's.
    pub const fn id(self) -> &'static str {
        self.id
    }

    /// The page that explains it, below `book/src`.
    pub const fn page(self) -> &'static str {
        self.page
    }

    /// Which other exercises a failure may be about; empty if it is about this one.
    pub const fn others(self) -> &'static str {
        self.may_be
    }

    /// Whether it is a chapter as a whole.
    pub fn is_chapter(self) -> bool {
        !self.id.contains('.')
    }
}

impl fmt::Display for Exercise {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.is_chapter() {
            true => write!(f, "chapter {} as a whole", self.id)?,
            false => write!(f, "exercise {}", self.id)?,
        }
        write!(f, " · book/src/{}", self.page)?;
        match self.may_be {
            "" => Ok(()),
            others => write!(f, "\n  this may be {others}"),
        }
    }
}

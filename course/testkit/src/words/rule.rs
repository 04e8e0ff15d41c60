//! What a test holds the code under test to, in one sentence.

use std::fmt::{self, Display};

use crate::words::exercise::Exercise;

/// A rule of an exercise. Every check of a test goes through one, so that a failure can name it.
///
/// ```
/// use testkit::{Exercise, Rule};
///
/// const EX: Exercise = Exercise::new("1.1", "timer-future/poll.md");
/// const LATEST: Rule = EX.rule("A future that returns Pending keeps the waker of its latest poll.");
///
/// LATEST.check(1 + 1 == 2, "the second poll's waker was not woken");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    exercise: Exercise,
    sentence: &'static str,
}

impl Rule {
    /// The rule itself.
    pub const fn sentence(self) -> &'static str {
        self.sentence
    }

    /// The exercise that teaches it.
    pub const fn exercise(self) -> Exercise {
        self.exercise
    }
}

impl Exercise {
    /// A rule that this exercise teaches. `sentence` is one sentence that a beginner understands.
    pub const fn rule(self, sentence: &'static str) -> Rule {
        Rule {
            exercise: self,
            sentence,
        }
    }
}

impl Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.sentence)
    }
}

//! What can be said of one exercise after looking at it.

use serde::{Deserialize, Serialize};

use crate::course::ExerciseId;

/// The state of an exercise. Different outcomes have different words, because a reader does a
/// different thing next after each of them.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub enum Verdict {
    /// The hole stands: its `todo!` is still there.
    NotStarted,
    /// It was begun, and a test reached a `todo!` of it that still stands.
    Unfinished {
        /// The test, as `target::function`.
        test: String,
        /// Where the `todo!` is, as `file:line:column`.
        place: Option<String>,
        /// How many tests passed before it.
        passed: usize,
        /// How many tests there are.
        of: usize,
    },
    /// A test of this exercise ran into the hole of an earlier one.
    Needs {
        /// The exercise to solve first, such as `1.3`.
        id: String,
    },
    /// The chapter does not compile, and the error is in this exercise's region or (if it is in
    /// no region) in the chapter's files.
    DoesNotCompile {
        /// The compiler's own messages for the reader's file, with colours if they were asked for.
        rendered: String,
        /// What to look at, in a sentence.
        advice: String,
    },
    /// The exercise cannot be found: its file or its marker lines are gone or broken.
    Damaged {
        /// What is broken, and how to mend it, in sentences.
        why: String,
    },
    /// Another exercise keeps the chapter from compiling, so this one could not be looked at.
    NotChecked {
        /// Why, in a sentence.
        why: String,
    },
    /// A test failed: it saw something that breaks a rule.
    Wrong(Failure),
    /// A test did not end; its message is the diagnosis.
    Hangs(Failure),
    /// The test's process was ended by a signal or an abort.
    Crashes(Failure),
    /// All its tests pass, and so do its loom models, if it has some.
    Solved,
    /// All its tests pass. The loom models that have a say in it were not run on what the files hold
    /// now, so it counts as solved, and is not called that.
    Unmodelled {
        /// Exercises that the models need too and that are not solved: there is no use in running
        /// them yet.
        needs: Vec<ExerciseId>,
    },
}

/// A failing test and what it said.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct Failure {
    /// The test, as `target::function`.
    pub test: String,
    /// The broken rule in one sentence, if the test named one.
    pub rule: Option<String>,
    /// The page that explains the rule, relative to `book/src`.
    pub page: Option<String>,
    /// What the test saw: the diagnosis, the assertion, or what was called when it crashed.
    pub message: String,
    /// What the threads of a model did until it failed, as [`model::lanes::Schedule`] writes it.
    #[serde(default)]
    pub schedule: Option<String>,
    /// Which exercises it may be about, in words: "3.5 or 3.6". Only where that is more than one, or
    /// the test looks at the chapter as a whole.
    #[serde(default)]
    pub may_be: Option<String>,
    /// Whether the test looks at the chapter as a whole, so that each exercise passes its own tests.
    #[serde(default)]
    pub is_of_chapter: bool,
    /// The known wrong answer that it looks like, if it is one alone.
    #[serde(default)]
    pub looks_like: Option<KnownAnswer>,
}

/// A wrong answer that the course knows.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct KnownAnswer {
    /// Its name in the chapter.
    pub name: String,
    /// The page that shows it, relative to `book/src`; none if only its file tells of it.
    pub page: Option<String>,
    /// The question above it on that page.
    pub question: Option<String>,
}

impl Verdict {
    /// Whether nothing is left that must be done.
    pub fn is_solved(&self) -> bool {
        matches!(self, Verdict::Solved | Verdict::Unmodelled { .. })
    }

    /// The failing test and what it said, if that is what decided.
    pub fn failure(&self) -> Option<&Failure> {
        match self {
            Verdict::Wrong(failure) | Verdict::Hangs(failure) | Verdict::Crashes(failure) => {
                Some(failure)
            }
            _ => None,
        }
    }

    /// [`failure`](Self::failure), to be completed.
    pub fn failure_mut(&mut self) -> Option<&mut Failure> {
        match self {
            Verdict::Wrong(failure) | Verdict::Hangs(failure) | Verdict::Crashes(failure) => {
                Some(failure)
            }
            _ => None,
        }
    }

    /// The outcome in the words that the book, the terminal and the wrong answers use.
    pub fn word(&self) -> &'static str {
        match self {
            Verdict::NotStarted => "not started",
            Verdict::Unfinished { .. } => "not finished",
            Verdict::Needs { .. } => "waits for another",
            Verdict::DoesNotCompile { .. } => "does not compile",
            Verdict::Damaged { .. } => "damaged",
            Verdict::NotChecked { .. } => "not checked",
            Verdict::Wrong(_) => "wrong",
            Verdict::Hangs(_) => "hangs",
            Verdict::Crashes(_) => "crashes",
            Verdict::Solved => "solved",
            Verdict::Unmodelled { needs } if needs.is_empty() => "tests pass, models not run",
            Verdict::Unmodelled { .. } => "tests pass, models later",
        }
    }
}

//! Checking exercises: build what is needed, run each test alone, say what it means.
//!
//! ```text
//! region of each exercise ──► hole stands ─────────────────────────► not started
//!        │ edited
//!        ▼
//! cargo build --test …   ──► errors, blamed on an exercise ─────────► does not compile
//!        │ executables                                                (others: not checked)
//!        ▼
//! each test in a process of its own, first failure in file order ──► wrong · hangs · crashes
//!        │ all pass                                                   waits for another
//!        ▼
//! tests of the whole chapter, once all is solved
//!        │ all pass
//!        ▼
//! the same again for the models, built with `--cfg loom` ───────────► solved
//! ```
//!
//! The models of an exercise run when its tests pass, and that they do is told before
//! ([`Event::Passed`]). What models said is remembered: a verdict never says that all is well where
//! a model failed, or was not run.
//!
//! # Left out
//!
//! The tests of an exercise run against the reader's whole chapter, so one exercise that does not
//! compile hides the others. Nothing is compiled around it: the reader would learn less from a
//! program that is not theirs.

use std::time::Duration;

use crate::course::{Course, Exercise, ExerciseId};
use crate::problem::Result;
use crate::verdict::Verdict;

mod alike;
mod build;
mod cache;
mod chapter;
mod compile;
mod exit;
mod hole;
mod miri;
mod models;
mod notes;
pub mod panics;
pub mod pool;
pub mod printed;
mod testing;
mod told;
pub mod trial;
mod unfit;

pub use crate::process::Cancel;
pub use build::{Optimised, has_loom, with_loom};
pub use hole::{Hole, hole, is_open};
pub use miri::nightly_cargo;
pub use models::warm;
pub use notes::{AllNotes, Notes, Printed};

use chapter::{Check, Pass};
use trial::{Outcome, TrialResult};

/// How to check.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Whose models are run once the tests pass.
    pub models: Models,
    /// Run the tests under Miri.
    pub miri: bool,
    /// Keep the compiler's colours in [`Verdict::DoesNotCompile`].
    pub colour: bool,
}

/// Whether a check runs loom models, of exercises that pass their tests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Models {
    /// Each that can run.
    #[default]
    All,
    /// None.
    None,
}

/// What is being done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// cargo builds the tests.
    Building {
        /// The chapter's package.
        package: String,
    },
    /// cargo builds the models.
    BuildingModels {
        /// The chapter's package.
        package: String,
        /// Whether these are the first, so that loom is built too, with all that is below it.
        is_first: bool,
    },
    /// The build waits for this.
    Waiting {
        /// Another process, such as `another check of this course`.
        what: String,
    },
    /// A test is started.
    Testing {
        /// Whose test it is.
        exercise: ExerciseId,
        /// The test, as `target::function`.
        test: String,
        /// How many tests are done.
        done: usize,
        /// How many there are.
        of: usize,
    },
    /// These exercises pass their tests, and their models are run next.
    Passed {
        /// The exercises.
        exercises: Vec<ExerciseId>,
    },
    /// A model is started.
    Modelling {
        /// Whose model it is.
        exercise: ExerciseId,
        /// How many models are done.
        done: usize,
        /// How many there are.
        of: usize,
    },
    /// There is more to tell of this exercise than its verdict.
    Noted {
        /// The exercise.
        exercise: ExerciseId,
        /// What there is to tell.
        notes: Notes,
    },
    /// The verdict of this exercise is known.
    Decided {
        /// The exercise.
        exercise: ExerciseId,
    },
}

/// Finds the verdict of each exercise of `scope`, in its order. If a chapter is asked for as a whole, all
/// its exercises are solved, and they fail together, that is a verdict of its own
/// ([`ExerciseId::whole`]). Verdicts that cannot have changed since the last time are not found anew.
///
/// # Errors
///
/// If nothing can be said of any: cargo or a part of the toolchain is missing, a download failed,
/// the disk is full, the run was cancelled.
pub fn check(
    course: &Course,
    scope: &[ExerciseId],
    options: &Options,
    cancel: &Cancel,
    observe: &mut dyn FnMut(Event),
) -> Result<Vec<(ExerciseId, Verdict)>> {
    let mut tested = Vec::new();
    for chapter in &course.chapters {
        let asked: Vec<&Exercise> = chapter
            .exercises
            .iter()
            .filter(|exercise| scope.contains(&exercise.id))
            .collect();
        if asked.is_empty() {
            continue;
        }
        let check = Check {
            course,
            chapter,
            options,
            cancel,
            pass: Pass::Tests,
        };
        let of_library = asked.iter().filter(|exercise| !exercise.program).count();
        let whole = of_library == chapter.of_library().count();
        let found = check.run(&asked, whole, observe)?;
        tested.push((check, whole, found));
    }
    // No test waits for a model, which may take a minute.
    let mut verdicts = Vec::new();
    for (check, whole, mut found) in tested {
        models::add(&check, whole, &mut found, observe)?;
        verdicts.extend(found);
    }
    alike::add(course, &mut verdicts);
    // What is said of a chapter as a whole comes last.
    verdicts.sort_by_key(|(id, _)| {
        let asked = scope.iter().position(|asked| asked == id);
        asked.unwrap_or(scope.len())
    });
    Ok(verdicts)
}

/// The test kit reports a hang after five seconds; a test that is still there after this is beyond
/// its help.
pub const TEST_LIMIT: Duration = Duration::from_secs(30);

/// A model explores thousands of interleavings.
pub const LOOM_LIMIT: Duration = Duration::from_secs(300);

/// What an outcome means for the exercise whose test it is: none if the test passed.
pub fn failure(exercise: &Exercise, outcome: &Outcome) -> Option<Verdict> {
    let mut verdict = match outcome.result.clone() {
        TrialResult::Passed => return None,
        TrialResult::Hole(label) if label == exercise.label() => Verdict::Unfinished {
            test: outcome.test.clone(),
            place: panics::place_of_hole(&outcome.output),
            passed: 0,
            of: 0,
        },
        TrialResult::Hole(label) => Verdict::Needs {
            id: label.split(' ').next().unwrap_or_default().to_owned(),
        },
        TrialResult::Wrong(failure) => Verdict::Wrong(failure),
        TrialResult::Hangs(failure) => Verdict::Hangs(failure),
        TrialResult::Crashes(failure) => Verdict::Crashes(failure),
    };
    if let Some(failure) = verdict.failure_mut() {
        failure.page.get_or_insert_with(|| exercise.page.clone());
    }
    Some(verdict)
}

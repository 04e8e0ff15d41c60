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
//! tests of the whole chapter, once all is solved ──────────────────► solved
//! ```
//!
//! Loom models take longer than a reader who saves wants to wait, so they run only when they are asked
//! for. What they said is remembered: a verdict never says that all is well where a model failed, or
//! was not run.
//!
//! # Left out
//!
//! The tests of an exercise run against the reader's whole chapter, so one exercise that does not
//! compile hides the others. Nothing is compiled around it: the reader would learn less from a
//! program that is not theirs.

use std::time::Duration;

use crate::course::{Course, Exercise, ExerciseId};
use crate::problem::{Problem, Result};
use crate::verdict::Verdict;

mod build;
mod cache;
mod chapter;
mod compile;
mod exit;
mod hole;
mod miri;
mod models;
pub mod panics;
pub mod pool;
mod testing;
mod told;
pub mod trial;
mod unfit;

pub use crate::process::Cancel;
pub use build::with_loom;
pub use hole::{Hole, hole, is_open};
pub use miri::nightly_cargo;

use chapter::Check;
use trial::{Outcome, TrialResult};

/// How to check.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Model-check with loom instead of running the tests. Exercises without a model are left out
    /// of the result.
    pub loom: bool,
    /// Run the tests under Miri.
    pub miri: bool,
    /// Keep the compiler's colours in [`Verdict::DoesNotCompile`].
    pub colour: bool,
}

/// What is being done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// cargo builds the tests.
    Building {
        /// The chapter's package.
        package: String,
    },
    /// cargo builds the first models, and for them loom with all that is below it.
    BuildingLoom,
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
    /// The verdict of this exercise is known.
    Decided {
        /// The exercise.
        exercise: ExerciseId,
    },
}

/// Finds the verdict of each exercise of `scope`, in its order. Verdicts that cannot have changed
/// since the last time are not found anew.
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
    let mut verdicts = Vec::new();
    for chapter in &course.chapters {
        let asked: Vec<&Exercise> = chapter
            .exercises
            .iter()
            .filter(|exercise| scope.contains(&exercise.id))
            .filter(|exercise| !options.loom || !exercise.loom.is_empty())
            .collect();
        if asked.is_empty() {
            continue;
        }
        let check = Check {
            course,
            chapter,
            options,
            cancel,
        };
        let mut found = check.run(&asked, observe)?;
        if !options.loom {
            models::take_into_account(course, chapter, &mut found);
        }
        verdicts.extend(found);
    }
    if verdicts.is_empty() && options.loom {
        return Err(Problem::new(
            "None of these exercises has a loom model",
            "Leave out `--loom`, or name a chapter that has models, such as 2",
        ));
    }
    verdicts.sort_by_key(|(id, _)| scope.iter().position(|asked| asked == id));
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
        TrialResult::Hole(label) if label == exercise.label() => Verdict::NotStarted,
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

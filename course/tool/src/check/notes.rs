//! What is worth telling of an exercise beside its verdict: what the reader's code printed, and what the
//! compiler warns of.
//!
//! # Left out
//!
//! What is printed in a model or under Miri: a model runs its code thousands of times.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::course::ExerciseId;

use super::trial::{Outcome, TrialResult};

/// What is worth telling of an exercise beside its verdict.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct Notes {
    /// What its code printed in one of its tests.
    pub printed: Option<Printed>,
    /// The compiler's warnings in its region, as it renders them.
    pub warnings: String,
}

/// What the code under test printed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct Printed {
    /// In this test, as `target::function`.
    pub test: String,
    /// This.
    pub text: String,
}

/// The notes of several exercises. One that is missing has none.
pub type AllNotes = BTreeMap<ExerciseId, Notes>;

impl Notes {
    /// Whether there is nothing to tell.
    pub fn is_empty(&self) -> bool {
        *self == Notes::default()
    }
}

/// What was printed in the test that decides an exercise: the first that fails, or else the last that
/// printed anything. The outcomes are those of the exercise's tests, in order.
pub fn printed<'a>(outcomes: impl Iterator<Item = &'a Outcome>) -> Option<Printed> {
    let mut last = None;
    for outcome in outcomes {
        let has_passed = matches!(outcome.result, TrialResult::Passed);
        if !has_passed || !outcome.printed.is_empty() {
            last = Some(outcome);
        }
        if !has_passed {
            break;
        }
    }
    let outcome = last.filter(|outcome| !outcome.printed.is_empty())?;
    Some(Printed {
        test: outcome.test.clone(),
        text: outcome.printed.clone(),
    })
}

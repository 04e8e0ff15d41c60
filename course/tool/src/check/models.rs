//! What is known of an exercise's loom models, when its tests are what was asked for.

use crate::course::{Chapter, Course};
use crate::verdict::Verdict;

use super::Options;
use super::cache::{self, Cache};
use super::chapter::Verdicts;

/// Turns the verdict of each exercise that is solved and has models into what they said of the files
/// as they are now: solved, what one of them found, or that they were not run.
pub fn take_into_account(course: &Course, chapter: &Chapter, verdicts: &mut Verdicts) {
    let has_models = |id| {
        let mut exercises = chapter.exercises.iter();
        exercises.any(|exercise| exercise.id == id && !exercise.loom.is_empty())
    };
    let mut open: Vec<_> = verdicts
        .iter_mut()
        .filter(|(id, verdict)| verdict.is_solved() && has_models(*id))
        .collect();
    if open.is_empty() {
        return;
    }
    let known = known(course, chapter);
    for (id, verdict) in &mut open {
        let said = known.iter().find_map(|cache| cache.verdict(*id));
        *verdict = match said {
            Some(said) if said.is_solved() || said.failure().is_some() => said.clone(),
            // A model that could not be built or ran into a hole has said nothing of this answer.
            _ => Verdict::Unmodelled,
        };
    }
}

/// What the last run of the models said, with and without colours, if it is still true.
fn known(course: &Course, chapter: &Chapter) -> Vec<Cache> {
    let (sources, toolchain) = (cache::sources(course, chapter), cache::toolchain(course));
    [true, false]
        .map(|colour| {
            let options = Options {
                loom: true,
                miri: false,
                colour,
            };
            Cache::load(course, chapter, &options)
        })
        .into_iter()
        .filter(|cache| (cache.sources, cache.toolchain) == (sources, toolchain))
        .collect()
}

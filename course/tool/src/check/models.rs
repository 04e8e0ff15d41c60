//! The models of exercises that pass their tests.

use crate::course::{Chapter, Course, Exercise, ExerciseId};
use crate::problem::Result;
use crate::process::Cancel;
use crate::verdict::Verdict;

use super::cache::{self, Cache, Key};
use super::chapter::{Check, Pass, Verdicts};
use super::{Event, Hole, Models, Options, build, hole};

/// Turns the verdict of each exercise that is solved and has models into what they say of the files
/// as they are now: solved, what one of them found, or that they were not run.
///
/// # Errors
///
/// As [`check`](super::check).
pub fn add(
    check: &Check<'_>,
    whole: bool,
    verdicts: &mut Verdicts,
    observe: &mut dyn FnMut(Event),
) -> Result<()> {
    let Check {
        course, chapter, ..
    } = *check;
    let is_solved = |exercise: &&Exercise| {
        let mut solved = verdicts.iter().filter(|(_, verdict)| verdict.is_solved());
        solved.any(|(id, _)| *id == exercise.id)
    };
    let solved: Vec<&Exercise> = chapter.exercises.iter().filter(is_solved).collect();
    let whole = whole && check.is_solved(verdicts);
    let of_chapter = whole && !chapter.loom.is_empty();
    if !of_chapter && solved.iter().all(|exercise| exercise.loom.is_empty()) {
        return Ok(());
    }
    let unsolved = unsolved(course, chapter, verdicts);
    let mut ready = Vec::new();
    for exercise in solved.iter().filter(|exercise| !exercise.loom.is_empty()) {
        let needs = exercise.loom_needs.iter().copied();
        let needs: Vec<ExerciseId> = needs.filter(|id| unsolved.contains(id)).collect();
        if needs.is_empty() {
            ready.push(*exercise);
        }
        set(verdicts, exercise.id, Verdict::Unmodelled { needs });
    }
    let are_run = check.options.models == Models::All && !check.options.miri;
    let said: Verdicts = match are_run {
        true if ready.is_empty() && !of_chapter => Verdicts::new(),
        true => {
            let exercises = ready.iter().map(|exercise| exercise.id).collect();
            observe(Event::Passed { exercises });
            let pass = Pass::Models;
            Check { pass, ..*check }.run(&ready, whole, observe)?
        }
        false => remembered(course, chapter, &solved),
    };
    for (id, said) in said {
        if let Some(verdict) = taken(said) {
            set(verdicts, id, verdict);
        }
    }
    Ok(())
}

/// Builds what the models of a chapter stand on, so that the first check that runs them need not. It
/// makes way for all else that runs on the machine.
///
/// # Errors
///
/// If cargo cannot be run, or the build was cancelled.
pub fn warm(course: &Course, chapter: &Chapter, cancel: &Cancel) -> Result<()> {
    let options = Options::default();
    let check = Check {
        course,
        chapter,
        options: &options,
        cancel,
        pass: Pass::Models,
    };
    let mut models = chapter.exercises.iter().flat_map(|exercise| &exercise.loom);
    let Some(target) = models.next() else {
        return Ok(());
    };
    // That the reader's chapter does not compile is told elsewhere.
    build::build_aside(&check, std::slice::from_ref(target))?;
    Ok(())
}

fn set(verdicts: &mut Verdicts, id: ExerciseId, verdict: Verdict) {
    match verdicts.iter_mut().find(|(known, _)| *known == id) {
        Some(entry) => entry.1 = verdict,
        // The models have found something in the chapter as a whole.
        None if id.is_whole() => verdicts.push((id, verdict)),
        None => {}
    }
}

/// What the models' verdict means for an exercise that passes its tests: none if they have said
/// nothing of this answer.
fn taken(said: Verdict) -> Option<Verdict> {
    match said {
        Verdict::Needs { id } => Some(Verdict::Unmodelled {
            needs: vec![id.parse().ok()?],
        }),
        Verdict::DoesNotCompile { rendered, advice } => Some(Verdict::DoesNotCompile {
            rendered,
            advice: format!(
                "The tests pass; this is what the compiler says when it builds the models, with \
                 loom's types in place of std's. {advice}"
            ),
        }),
        said => Some(said),
    }
}

/// The exercises of a chapter that are not solved, as far as that is known without a check.
fn unsolved(course: &Course, chapter: &Chapter, verdicts: &Verdicts) -> Vec<ExerciseId> {
    let caches = fresh(course, chapter, Pass::Tests);
    let is_unsolved = |exercise: &&Exercise| {
        let found = verdicts.iter().find(|(id, _)| *id == exercise.id);
        let known = found.map(|(_, verdict)| verdict);
        let known = known.or_else(|| caches.iter().find_map(|cache| cache.verdict(exercise.id)));
        match known {
            Some(verdict) => !verdict.is_solved(),
            None => hole(course, chapter, exercise) != Hole::Edited,
        }
    };
    let unsolved = chapter.exercises.iter().filter(is_unsolved);
    unsolved.map(|exercise| exercise.id).collect()
}

/// What the last run of the models said of these exercises, if it is still true. A model that could
/// not be built or ran into a hole has said nothing.
fn remembered(course: &Course, chapter: &Chapter, exercises: &[&Exercise]) -> Verdicts {
    let caches = fresh(course, chapter, Pass::Models);
    let of_library = exercises.iter().filter(|exercise| !exercise.program);
    let is_whole = of_library.count() == chapter.of_library().count();
    let whole = is_whole.then_some(ExerciseId::whole(chapter.number));
    let ids = exercises.iter().map(|exercise| exercise.id).chain(whole);
    let said = ids.filter_map(|id| {
        let said = caches.iter().find_map(|cache| cache.verdict(id))?;
        let says = said.is_solved() || said.failure().is_some();
        says.then(|| (id, said.clone()))
    });
    said.collect()
}

/// The verdicts that are remembered, with and without colours, if they are still true.
fn fresh(course: &Course, chapter: &Chapter, pass: Pass) -> Vec<Cache> {
    let (sources, toolchain) = (cache::sources(course, chapter), cache::toolchain(course));
    [true, false]
        .map(|colour| {
            let key = Key {
                pass,
                miri: false,
                colour,
            };
            Cache::load(course, chapter, key)
        })
        .into_iter()
        .filter(|cache| (cache.sources, cache.toolchain) == (sources, toolchain))
        .collect()
}

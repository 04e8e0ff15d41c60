//! What must be there: skeletons, goals, hints, tests, pages, recorded outputs.

use std::fs;
use std::path::Path;

use course::course::{Chapter, Course, Exercise};
use course::part::Part;
use course::problem::Result;
use course::skeleton;
use course::wrong::WrongAnswer;

use super::report::Finding;

/// Everything that is missing from a chapter, told from its files alone.
///
/// # Errors
///
/// If the files cannot be read.
pub fn check(course: &Course, chapter: &Chapter, wrong: &[WrongAnswer]) -> Result<Vec<Finding>> {
    let stale = skeleton::stale(course, chapter)?;
    let stale = stale.into_iter().map(|stale| Finding {
        what: format!("{} is the skeleton of its solution", stale.path.display()),
        seen: "it is out of date".to_owned(),
        reproduce: "cargo press skeleton --check".to_owned(),
    });
    let mut missing = test_targets(course, chapter);
    missing.extend(examples(course, chapter));
    let pages = course.root.join("book").join("src");
    if !pages.join(&chapter.page).is_file() {
        missing.push((
            format!("chapter {} has an opening page", chapter.number),
            format!("book/src/{} is not there", chapter.page),
        ));
    }
    missing.extend(parts(course, chapter));
    let wholes = chapter.parts.iter().map(Part::whole);
    for exercise in chapter.exercises.iter().chain(wholes) {
        let wrong = wrong.iter().filter(|w| w.exercise == exercise.id).count();
        let complete = format!("exercise {} is complete", exercise.label());
        let lacks = lacks(exercise, &pages, wrong).into_iter();
        missing.extend(lacks.map(|lack| (complete.clone(), lack)));
    }
    let missing = missing.into_iter().map(|(what, seen)| Finding {
        what,
        seen,
        reproduce: format!("see solutions/{}/course.toml", chapter.dir),
    });
    Ok(stale.chain(missing).collect())
}

/// What should be, and what is.
type Missing = (String, String);

fn test_targets(course: &Course, chapter: &Chapter) -> Vec<Missing> {
    let mut missing = Vec::new();
    let manifest = course.solution_dir(chapter).join("Cargo.toml");
    let manifest = fs::read_to_string(manifest).unwrap_or_default();
    for target in named(chapter) {
        let file = format!("chapters/{}/tests/{target}.rs", chapter.dir);
        if !course.root.join(&file).is_file() {
            missing.push((
                format!("the test target `{target}` exists"),
                format!("{file} is not there"),
            ));
        }
        if !manifest.contains(&file) {
            missing.push((
                format!("the solution is held to `{target}` too"),
                format!("solutions/{}/Cargo.toml does not name {file}", chapter.dir),
            ));
        }
    }
    let tests = course.chapter_dir(chapter).join("tests");
    for entry in fs::read_dir(tests).into_iter().flatten().flatten() {
        let path = entry.path();
        let target = path.file_stem().unwrap_or_default().to_string_lossy();
        let is_target = path.is_file() && path.extension().is_some_and(|it| it == "rs");
        let is_named = || named(chapter).any(|named| *named == target);
        if is_target && !is_named() && !needs_feature(&path) {
            missing.push((
                format!("the reader's answers are held to `{target}` too"),
                "no exercise, no part, and not the chapter names it".to_owned(),
            ));
        }
    }
    missing
}

/// Whether a file of tests is empty without a feature, which a reader's program is built without. CI has steps for those.
fn needs_feature(path: &Path) -> bool {
    let text = fs::read_to_string(path).unwrap_or_default();
    let mut lines = text.lines();
    lines.any(|line| line.starts_with("#![cfg(") && line.contains("feature = "))
}

/// All test targets that `course.toml` names.
fn named(chapter: &Chapter) -> impl Iterator<Item = &String> {
    let wholes = chapter.parts.iter().map(Part::whole);
    let exercises = chapter.exercises.iter().chain(wholes);
    let of_exercises = exercises.flat_map(|exercise| exercise.tests.iter().chain(&exercise.loom));
    of_exercises.chain(&chapter.tests).chain(&chapter.loom)
}

/// A part has a second answer, and of each test that its exercises have it says whether it is for any
/// answer or looks into ours.
fn parts(course: &Course, chapter: &Chapter) -> Vec<Missing> {
    let mut missing = Vec::new();
    for part in &chapter.parts {
        let file = skeleton::second_file(course, chapter, part.whole());
        if !file.is_file() {
            missing.push((
                format!(
                    "{} has a second answer, of another inner design",
                    part.label()
                ),
                format!("{} is not there", file.display()),
            ));
        }
        let guided = chapter.exercises.iter();
        let guided = guided.filter(|exercise| part.exercises.contains(&exercise.id));
        for test in guided.flat_map(|exercise| exercise.tests.iter().chain(&exercise.loom)) {
            let known = [&part.tests, &part.loom, &part.steps];
            if !known.into_iter().any(|tests| tests.contains(test)) {
                missing.push((
                    format!(
                        "{} says whether `{test}` looks into our answer",
                        part.label()
                    ),
                    "it is neither among its tests and models, nor among its steps".to_owned(),
                ));
            }
        }
    }
    missing
}

fn examples(course: &Course, chapter: &Chapter) -> Vec<Missing> {
    let mut missing = Vec::new();
    for example in &chapter.examples {
        let name = &example.name;
        for file in [
            format!("chapters/{}/examples/{name}.rs", chapter.dir),
            format!("solutions/{}/output/{name}.txt", chapter.dir),
        ] {
            if !course.root.join(&file).is_file() {
                missing.push((
                    format!("the example `{name}` is there with its output"),
                    format!("{file} is not there"),
                ));
            }
        }
    }
    missing
}

/// Wrong answers that each exercise has at least.
const WRONG_MIN: usize = 3;
/// Hints that each exercise has at least, from vague to exact.
const HINTS_MIN: usize = 3;

fn lacks(exercise: &Exercise, pages: &Path, wrong: usize) -> Vec<String> {
    let mut lacks = Vec::new();
    let goal = exercise.goal.trim();
    if !goal.ends_with('.') || goal.contains('\n') {
        lacks.push("its goal is not one sentence on one line".to_owned());
    }
    if exercise.hints.len() < HINTS_MIN || exercise.hints.iter().any(|h| h.trim().is_empty()) {
        lacks.push(format!("it has fewer than {HINTS_MIN} hints"));
    }
    if exercise.tests.is_empty() {
        lacks.push("it names no test target".to_owned());
    }
    if wrong < WRONG_MIN {
        lacks.push(format!(
            "it has {wrong} of at least {WRONG_MIN} wrong answers"
        ));
    }
    let directive = format!("{{{{#exercise {}}}}}", exercise.id);
    match fs::read_to_string(pages.join(&exercise.page)) {
        Ok(page) if page.contains(&directive) => {}
        Ok(_) => lacks.push(format!("book/src/{} has no `{directive}`", exercise.page)),
        Err(_) => lacks.push(format!("its page book/src/{} is not there", exercise.page)),
    }
    lacks
}

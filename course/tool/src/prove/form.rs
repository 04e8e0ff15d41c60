//! What must be there: skeletons, goals, hints, tests, pages, recorded outputs.

use std::fs;
use std::path::Path;

use crate::course::{Chapter, Course, Exercise};
use crate::problem::Result;
use crate::skeleton;
use crate::wrong::WrongAnswer;

use super::report::Finding;

/// Everything that is missing from a chapter, told from its files alone.
///
/// # Errors
///
/// If the files cannot be read.
pub fn check(course: &Course, chapter: &Chapter, wrong: &[WrongAnswer]) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for stale in skeleton::stale(course, chapter)? {
        findings.push(Finding {
            what: format!("{} is the skeleton of its solution", stale.path.display()),
            seen: "it is out of date".to_owned(),
            reproduce: "cargo course skeleton --check".to_owned(),
        });
    }
    let pages = course.root.join("book").join("src");
    let solution = course.solution_dir(chapter).join("Cargo.toml");
    let solution = fs::read_to_string(solution).unwrap_or_default();
    let mut missing = |what: String, seen: String| {
        findings.push(Finding {
            what,
            seen,
            reproduce: format!("see chapters/{}/course.toml", chapter.dir),
        });
    };
    if !pages.join(&chapter.page).is_file() {
        missing(
            format!("chapter {} has an opening page", chapter.number),
            format!("book/src/{} is not there", chapter.page),
        );
    }
    let of_exercises = chapter
        .exercises
        .iter()
        .flat_map(|e| e.tests.iter().chain(&e.loom));
    for target in of_exercises.chain(&chapter.tests) {
        let file = format!("chapters/{}/tests/{target}.rs", chapter.dir);
        if !course.root.join(&file).is_file() {
            missing(
                format!("the test target `{target}` exists"),
                format!("{file} is not there"),
            );
        }
        if !solution.contains(&file) {
            missing(
                format!("the solution is held to `{target}` too"),
                format!("solutions/{}/Cargo.toml does not name {file}", chapter.dir),
            );
        }
    }
    for exercise in &chapter.exercises {
        let wrong = wrong.iter().filter(|w| w.exercise == exercise.id).count();
        for lack in lacks(exercise, &pages, wrong) {
            missing(format!("exercise {} is complete", exercise.label()), lack);
        }
    }
    let examples = course.chapter_dir(chapter).join("examples");
    for example in &chapter.examples {
        for file in [
            format!("{}.rs", example.name),
            format!("output/{}.txt", example.name),
        ] {
            if !examples.join(&file).is_file() {
                missing(
                    format!("the example `{}` is there with its output", example.name),
                    format!("chapters/{}/examples/{file} is not there", chapter.dir),
                );
            }
        }
    }
    Ok(findings)
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

//! Proving the course: what its readers rely on, checked by machine.
//!
//! - Every skeleton is fresh and compiles with its tests; every exercise has a goal, hints, tests,
//!   wrong answers and a page ([`form`]).
//! - Each region opened alone makes its own tests fail, by its name and in time.
//! - A reader who goes in order is never stuck: with an exercise and those before it solved and the
//!   others open, its tests and its models pass.
//! - Each wrong answer is caught by the test it names, with its verdict and message, in time.
//! - All solutions, put into the skeletons and on one another as `mine` does it, pass all tests;
//!   the examples run on them and print what is recorded.
//! - The book builds and passes its checks.
//!
//! Nothing here touches a tracked file: variants of the chapters are packages of a workspace below
//! `target/course/prove` ([`variant`]). Tests run as they do for a reader, through
//! [`pool`](course::check::pool), so what is proven is what a reader is told.

use std::collections::BTreeMap;

use crate::book;
use course::course::{Chapter, Course, ExerciseId};
use course::problem::{Problem, Result};
use course::process::Cancel;
use course::skeleton;
use course::wrong::{self, WrongAnswer};

pub(crate) mod bench;
pub(crate) mod catch;
mod examples;
mod form;
mod judge;
pub mod report;
pub(crate) mod variant;

use bench::Bench;
use judge::Judged;
use report::{Finding, Report, Row};
use variant::{Kind, Variant};

/// Proves a chapter, or all. `say` is given a line of progress from time to time.
///
/// # Errors
///
/// If nothing can be proven or refuted: there is no such chapter, cargo fails, the run is
/// cancelled.
pub fn prove(
    course: &Course,
    only: Option<u32>,
    cancel: &Cancel,
    say: &mut dyn FnMut(&str),
) -> Result<Report> {
    let chapters: Vec<&Chapter> = course
        .chapters
        .iter()
        .filter(|chapter| only.is_none_or(|number| number == chapter.number))
        .collect();
    if chapters.is_empty() {
        return Err(Problem::new(
            "There is no such chapter to prove",
            "Leave the number out to prove all",
        ));
    }
    let mut report = Report::default();
    let mut answers = BTreeMap::new();
    say("reading chapters, wrong answers and pages");
    for chapter in &chapters {
        let mut wrong = wrong::load(course, chapter).unwrap_or_else(|problem| {
            report.findings.push(read_failure(&problem));
            Vec::new()
        });
        // One that does not fit our answer cannot be built.
        wrong.retain(|answer| match fits(course, chapter, answer) {
            Ok(()) => true,
            Err(problem) => {
                report.findings.push(read_failure(&problem));
                false
            }
        });
        report
            .findings
            .extend(form::check(course, chapter, &wrong)?);
        answers.insert(chapter.number, wrong);
    }
    let mut judged = Judged::default();
    for loom in [Loom::Without, Loom::With] {
        let variants = variants(course, &chapters, &answers, loom);
        if variants.iter().all(|variant| variant.targets.is_empty()) {
            continue;
        }
        let bench = Bench::set_up(course, loom, &variants, cancel, say)?;
        report.findings.extend(bench.build_failures());
        judged.extend(judge::judge(course, &bench, cancel, say)?);
        if loom == Loom::Without {
            say("running the examples");
            let (shown, findings) = examples::run(course, &bench, &chapters, cancel)?;
            report.also.push(shown);
            report.findings.extend(findings);
        }
    }
    say("building and checking the book");
    let book = book::check(course);
    report.findings.extend(book.iter().map(read_failure));
    summarise(&chapters, &answers, judged, &mut report);
    Ok(report)
}

/// Whether a wrong answer can take the place of ours.
fn fits(course: &Course, chapter: &Chapter, answer: &WrongAnswer) -> Result<()> {
    let mut exercises = chapter.exercises.iter();
    let Some(exercise) = exercises.find(|exercise| exercise.id == answer.exercise) else {
        return Ok(());
    };
    answer.body_in(&skeleton::answer(course, chapter, exercise)?)?;
    Ok(())
}

/// Whether the variants are built to be model-checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loom {
    /// The ordinary tests.
    Without,
    /// The models, under `--cfg loom`.
    With,
}

/// All that is to be built.
fn variants<'a>(
    course: &'a Course,
    chapters: &[&'a Chapter],
    answers: &'a BTreeMap<u32, Vec<WrongAnswer>>,
    loom: Loom,
) -> Vec<Variant<'a>> {
    let mut variants = Vec::new();
    let last = chapters.last().map_or(0, |chapter| chapter.number);
    for chapter in course.chapters.iter().filter(|c| c.number <= last) {
        let of = |exercise: &course::course::Exercise| match loom {
            Loom::Without => exercise.tests.clone(),
            Loom::With => exercise.loom.clone(),
        };
        let mut push = |kind, mut targets: Vec<String>| {
            targets.sort();
            targets.dedup();
            variants.push(Variant {
                chapter,
                kind,
                targets,
            });
        };
        if !chapters
            .iter()
            .any(|proven| proven.number == chapter.number)
        {
            // Only to stand on.
            push(Kind::Solved, Vec::new());
            continue;
        }
        let mut all: Vec<String> = chapter.exercises.iter().flat_map(of).collect();
        all.extend(match loom {
            Loom::Without => chapter.tests.iter().cloned(),
            Loom::With => chapter.loom.iter().cloned(),
        });
        if loom == Loom::Without {
            push(Kind::Skeleton, all.clone());
            for exercise in &chapter.exercises {
                push(Kind::Hole(exercise), of(exercise));
            }
        }
        for exercise in &chapter.exercises {
            let targets = of(exercise);
            let is_last = chapter
                .exercises
                .last()
                .is_some_and(|e| e.id == exercise.id);
            // With the last one all are solved, which is looked at below.
            if !targets.is_empty() && !is_last {
                push(Kind::SoFar(exercise), targets);
            }
        }
        push(Kind::Solved, all);
        for answer in answers.get(&chapter.number).into_iter().flatten() {
            let exercise = chapter.exercises.iter().find(|e| e.id == answer.exercise);
            let fits = answer.needs_loom() == (loom == Loom::With);
            if let Some(exercise) = exercise.filter(|_| fits) {
                push(
                    Kind::Wrong(exercise, answer),
                    vec![answer.target().to_owned()],
                );
            }
        }
    }
    variants
}

fn summarise(
    chapters: &[&Chapter],
    answers: &BTreeMap<u32, Vec<WrongAnswer>>,
    judged: Judged,
    report: &mut Report,
) {
    let count = |map: &BTreeMap<ExerciseId, usize>, id| map.get(&id).copied().unwrap_or(0);
    for exercise in chapters.iter().flat_map(|chapter| &chapter.exercises) {
        let wrong = answers.get(&exercise.id.chapter).into_iter().flatten();
        report.rows.push(Row {
            id: exercise.id,
            failing: count(&judged.failing, exercise.id),
            tests: count(&judged.tests, exercise.id),
            caught: count(&judged.caught, exercise.id),
            wrong: wrong
                .filter(|answer| answer.exercise == exercise.id)
                .count(),
        });
    }
    let solved = format!(
        "all chapters solved, each on the one below: {} tests pass",
        judged.passed
    );
    report.also.insert(0, solved);
    report.findings.extend(judged.findings);
}

fn read_failure(problem: &Problem) -> Finding {
    Finding {
        what: "the chapters and pages can be read and are in order".to_owned(),
        seen: problem.what.clone(),
        reproduce: problem.next.clone(),
    }
}

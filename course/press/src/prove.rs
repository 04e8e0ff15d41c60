//! Proving the course: what its readers rely on, checked by machine.
//!
//! - Every skeleton is fresh and compiles with its tests; every exercise has a goal, hints, tests,
//!   wrong answers and a page (`form`).
//! - Each region opened alone makes its own tests fail, by its name and in time.
//! - A reader who goes in order is never stuck: with an exercise and those before it solved and the
//!   others open, its tests and its models pass.
//! - A part that is built as a whole does so for any answer: one of another inner design than ours
//!   passes its tests and its models.
//! - Each wrong answer is caught by the test it names, with its verdict and message, in time.
//! - All solutions, put into the skeletons and on one another as `mine` does it, pass all tests;
//!   the examples run on them and print what is recorded.
//! - The book builds and passes its checks.
//!
//! Nothing here touches a tracked file: variants of the chapters are packages of a workspace below
//! `target/course/prove` (`variant`). Tests run as they do for a reader, through
//! [`pool`](course::check::pool), so what is proven is what a reader is told.

use std::collections::BTreeMap;

use crate::book;
use course::course::{Chapter, Course, Exercise, ExerciseId};
use course::part::Part;
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
    let opened: Vec<Chapter> = chapters
        .iter()
        .flat_map(|chapter| {
            let parts = chapter.parts.iter();
            parts.map(|part| chapter.with_open(&[part.id]))
        })
        .collect();
    let mut judged = Judged::default();
    for loom in [Loom::Without, Loom::With] {
        let mut variants = variants(course, &chapters, &answers, loom);
        variants.extend(wholes(&opened, &answers, loom));
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

/// Proves of one part that it can be built as a whole: its stub fails by its name, its second answer passes,
/// and its wrong answers are caught.
///
/// # Errors
///
/// As [`prove`].
pub fn prove_part(
    course: &Course,
    chapter: &Chapter,
    part: &Part,
    cancel: &Cancel,
    say: &mut dyn FnMut(&str),
) -> Result<Report> {
    let mut report = Report::default();
    let mut wrong = wrong::load(course, chapter)?;
    wrong.retain(|answer| answer.exercise == part.id);
    for answer in &wrong {
        fits(course, chapter, answer)?;
    }
    let answers = BTreeMap::from([(chapter.number, wrong)]);
    let opened = [chapter.with_open(&[part.id])];
    let mut judged = Judged::default();
    for loom in [Loom::Without, Loom::With] {
        let variants = wholes(&opened, &answers, loom);
        if variants.is_empty() {
            continue;
        }
        let bench = Bench::set_up(course, loom, &variants, cancel, say)?;
        report.findings.extend(bench.build_failures());
        judged.extend(judge::judge(course, &bench, cancel, say)?);
    }
    rows(&[part.whole()], &answers, &judged, &mut report);
    report.findings.extend(judged.findings);
    Ok(report)
}

/// Whether a wrong answer can take the place of ours.
fn fits(course: &Course, chapter: &Chapter, answer: &WrongAnswer) -> Result<()> {
    let wholes = chapter.parts.iter().map(Part::whole);
    let mut exercises = chapter.exercises.iter().chain(wholes);
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
        for exercise in &chapter.exercises {
            let has_second = skeleton::second_file(course, chapter, exercise).is_file();
            let targets = of(exercise);
            if has_second && !targets.is_empty() {
                push(Kind::Second(exercise), targets);
            }
        }
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

/// What is to be built of chapters that each have one part open: its stub, its second answer, and its
/// wrong answers, which are changes to the second.
fn wholes<'a>(
    opened: &'a [Chapter],
    answers: &'a BTreeMap<u32, Vec<WrongAnswer>>,
    loom: Loom,
) -> Vec<Variant<'a>> {
    let mut variants = Vec::new();
    for chapter in opened {
        let whole = chapter.open_parts().next();
        let whole = whole.and_then(|part| chapter.exercises.iter().find(|e| e.id == part.id));
        let Some(whole) = whole else { continue };
        let (own, of_chapter) = match loom {
            Loom::Without => (&whole.tests, &chapter.tests),
            Loom::With => (&whole.loom, &chapter.loom),
        };
        let mut push = |kind, targets: Vec<String>| {
            if !targets.is_empty() {
                variants.push(Variant {
                    chapter,
                    kind,
                    targets,
                });
            }
        };
        if loom == Loom::Without {
            push(Kind::Hole(whole), own.clone());
        }
        let others = chapter.exercises.iter().filter(|e| e.id != whole.id);
        let of_others = others.flat_map(|exercise| match loom {
            Loom::Without => &exercise.tests,
            Loom::With => &exercise.loom,
        });
        let mut all: Vec<String> = own
            .iter()
            .chain(of_chapter)
            .chain(of_others)
            .cloned()
            .collect();
        all.sort();
        all.dedup();
        push(Kind::Second(whole), all);
        for answer in answers.get(&chapter.number).into_iter().flatten() {
            let is_of_part = answer.exercise == whole.id;
            if is_of_part && answer.needs_loom() == (loom == Loom::With) {
                push(Kind::Wrong(whole, answer), vec![answer.target().to_owned()]);
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
    let exercises = chapters.iter().flat_map(|chapter| {
        let wholes = chapter.parts.iter().map(Part::whole);
        chapter.exercises.iter().chain(wholes)
    });
    rows(&exercises.collect::<Vec<_>>(), answers, &judged, report);
    let solved = format!(
        "all chapters solved, each on the one below: {} tests pass",
        judged.passed
    );
    report.also.insert(0, solved);
    report.findings.extend(judged.findings);
}

/// What was proven of each of these exercises.
fn rows(
    exercises: &[&Exercise],
    answers: &BTreeMap<u32, Vec<WrongAnswer>>,
    judged: &Judged,
    report: &mut Report,
) {
    let count = |map: &BTreeMap<ExerciseId, usize>, id| map.get(&id).copied().unwrap_or(0);
    for exercise in exercises {
        if let Some(passed) = judged.second.get(&exercise.id) {
            report.also.push(format!(
                "{}: its second answer passes {passed} tests and models",
                exercise.label()
            ));
        }
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
}

fn read_failure(problem: &Problem) -> Finding {
    Finding {
        what: "the chapters and pages can be read and are in order".to_owned(),
        seen: problem.what.clone(),
        reproduce: problem.next.clone(),
    }
}

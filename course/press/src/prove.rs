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
mod gathered;
mod judge;
pub mod report;
pub(crate) mod variant;

use bench::{Bench, Built};
use gathered::Gathered;
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
        let variants = Asked {
            one_body: variants(course, &chapters, &answers, loom),
            whole: wholes(&opened, &answers, loom),
        };
        let found = run(course, loom, variants, cancel, say, &mut |bench, say| {
            report.findings.extend(bench.build_failures());
            if loom == Loom::With || bench.built == Built::Again {
                return Ok(());
            }
            say("running the examples");
            let (shown, findings) = examples::run(course, bench, &chapters, cancel)?;
            report.also.push(shown);
            report.findings.extend(findings);
            Ok(())
        })?;
        judged.extend(found);
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
        let variants = Asked {
            one_body: Vec::new(),
            whole: wholes(&opened, &answers, loom),
        };
        let found = run(course, loom, variants, cancel, say, &mut |bench, _| {
            report.findings.extend(bench.build_failures());
            Ok(())
        })?;
        judged.extend(found);
    }
    rows(&[part.whole()], &answers, &judged, &mut report);
    report.findings.extend(judged.findings);
    Ok(report)
}

/// Proves of one exercise that its hole fails by its name, that it can be solved in its turn, and that its
/// wrong answers are caught.
///
/// # Errors
///
/// As [`prove`].
pub fn prove_exercise(
    course: &Course,
    chapter: &Chapter,
    exercise: &Exercise,
    cancel: &Cancel,
    say: &mut dyn FnMut(&str),
) -> Result<Report> {
    let mut report = Report::default();
    let mut wrong = wrong::load(course, chapter)?;
    wrong.retain(|answer| answer.exercise == exercise.id);
    for answer in &wrong {
        fits(course, chapter, answer)?;
    }
    let answers = BTreeMap::from([(chapter.number, wrong)]);
    let mut judged = Judged::default();
    for loom in [Loom::Without, Loom::With] {
        let mut one_body = variants(course, &[chapter], &answers, loom);
        one_body.retain(|variant| match variant.kind {
            Kind::Hole(of) | Kind::SoFar(of) | Kind::Second(of) | Kind::Wrong(of, _) => {
                of.id == exercise.id
            }
            _ => false,
        });
        let variants = Asked {
            one_body,
            whole: Vec::new(),
        };
        let found = run(course, loom, variants, cancel, say, &mut |bench, _| {
            report.findings.extend(bench.build_failures());
            Ok(())
        })?;
        judged.extend(found);
    }
    rows(&[exercise], &answers, &judged, &mut report);
    report.findings.extend(judged.findings);
    Ok(report)
}

/// Variants to be built and judged.
struct Asked<'a> {
    /// Of which each has another body in one region than the others: many of them are built at once.
    one_body: Vec<Variant<'a>>,
    /// Of which a whole part is another.
    whole: Vec<Variant<'a>>,
}

/// What is done with each bench, beside judging it; it may tell of its progress.
type OnBench<'a> = dyn FnMut(&Bench<'_>, &mut dyn FnMut(&str)) -> Result<()> + 'a;

/// Builds variants and judges them. `built` sees each bench.
fn run(
    course: &Course,
    loom: Loom,
    asked: Asked<'_>,
    cancel: &Cancel,
    say: &mut dyn FnMut(&str),
    built: &mut OnBench<'_>,
) -> Result<Judged> {
    let Asked {
        one_body: mut variants,
        whole,
    } = asked;
    let gathered = gathered::gather(&mut variants);
    variants.extend(gathered.iter().map(Gathered::variant));
    variants.extend(whole);
    if variants.iter().all(|variant| variant.targets.is_empty()) {
        return Ok(Judged::default());
    }
    let bench = Bench::set_up(course, loom, Built::First, &variants, cancel, say)?;
    let (mut judged, again) = judge::judge(course, &bench, cancel, say)?;
    built(&bench, say)?;
    if !again.is_empty() {
        let bench = Bench::set_up(course, loom, Built::Again, &again, cancel, say)?;
        let (found, _) = judge::judge(course, &bench, cancel, say)?;
        judged.extend(found);
        built(&bench, say)?;
    }
    Ok(judged)
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
            // With its tests it is a member of the repository's workspace, where clippy compiles all.
            push(Kind::Skeleton, Vec::new());
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
                if loom == Loom::With {
                    // They try the same runs there: see `judge`.
                    all.retain(|target| !targets.contains(target));
                }
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
            named: count(&judged.named, exercise.id),
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

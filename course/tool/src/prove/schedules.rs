//! Pictures of models that fail, recorded for the book.
//!
//! `cargo course schedule 5 NAME` puts a wrong answer in its place, runs the model that catches it,
//! and draws the run that failed; with `--record` the picture is kept as
//! `chapters/NN-name/schedules/NAME.txt`, beneath the command that draws it, and a page shows it with
//! `{{#schedule 5 NAME}}`. Loom tries the same runs in the same order each time, so `prove` can
//! compare what it sees with what is kept, if that was drawn by the test that catches the answer.

use std::fs;
use std::path::PathBuf;

use lanes::Schedule;

use crate::check::trial::{Outcome, Trial, TrialResult};
use crate::check::{LOOM_LIMIT, trial};
use crate::course::{Chapter, Course};
use crate::problem::{Problem, Result};
use crate::process::Cancel;
use crate::skeleton::unwritable;
use crate::verdict::Failure;
use crate::wrong::{self, WrongAnswer};

use super::Loom;
use super::bench::Bench;
use super::catch::seen;
use super::examples::first_difference;
use super::report::Finding;
use super::variant::{Kind, Variant};

/// How wide a picture is drawn for the book.
const PAGE_COLUMNS: usize = 84;

/// What draws the picture of a wrong answer.
pub fn command(chapter: &Chapter, name: &str, test: Option<&str>) -> String {
    let test = test.map_or_else(String::new, |test| format!(" {test}"));
    format!("cargo course schedule {} {name}{test}", chapter.number)
}

/// Where the picture of a wrong answer is kept.
pub fn recorded(course: &Course, chapter: &Chapter, name: &str) -> PathBuf {
    let folder = course.chapter_dir(chapter).join("schedules");
    folder.join(format!("{name}.txt"))
}

/// Runs a wrong answer of a chapter under the model that catches it, or under `test`.
///
/// # Errors
///
/// If there is no such wrong answer, it cannot be built, or no model fails.
pub fn failing(
    course: &Course,
    chapter: &Chapter,
    name: &str,
    test: Option<&str>,
    cancel: &Cancel,
    say: &mut dyn FnMut(&str),
) -> Result<Failure> {
    let answers = wrong::load(course, chapter)?;
    let mut answer = answers
        .into_iter()
        .find(|answer| answer.name == name)
        .ok_or_else(|| {
            let folder = format!("chapters/{}/wrong", chapter.dir);
            let what = format!("Chapter {} has no wrong answer `{name}`", chapter.number);
            Problem::new(what, format!("{folder} has them, one file each"))
        })?;
    if let Some(test) = test {
        test.clone_into(&mut answer.test);
    }
    if !answer.needs_loom() {
        return Err(Problem::new(
            format!("`{name}` is caught by {}, which is no model", answer.test),
            "Name one after it: `loom_register::a_wake_is_not_lost`",
        ));
    }
    let exercises = &mut chapter.exercises.iter();
    let Some(exercise) = exercises.find(|exercise| exercise.id == answer.exercise) else {
        return Err(Problem::new(
            format!("`{name}` belongs to no exercise of the chapter"),
            "Mend its header",
        ));
    };
    let target = answer.target().to_owned();
    let earlier = course.chapters.iter();
    let earlier = earlier.filter(|earlier| earlier.number < chapter.number);
    let mut variants: Vec<Variant<'_>> = earlier
        .map(|chapter| Variant {
            chapter,
            kind: Kind::Solved,
            targets: Vec::new(),
        })
        .collect();
    variants.push(Variant {
        chapter,
        kind: Kind::Wrong(exercise, &answer),
        targets: vec![target.clone()],
    });
    let bench = Bench::set_up(course, Loom::With, &variants, cancel, say)?;
    let variant = variants.last().expect("it was just pushed");
    let Some(executable) = bench.executable(variant, &target) else {
        let errors = bench.errors(variant).into_iter();
        let printed = errors.filter_map(|error| error.message.rendered.clone());
        return Err(Problem::new(
            format!("`{name}` cannot be built:\n{}", printed.collect::<String>()),
            "Mend the wrong answer or the model",
        ));
    };
    let scratch = course.scratch().join("run");
    fs::create_dir_all(&scratch).map_err(|error| unwritable(&scratch, &error))?;
    let tests = course.chapter_dir(chapter).join("tests");
    for test in trial::list(executable, &tests.join(format!("{target}.rs")), cancel)? {
        if !answer.function().is_empty() && test != answer.function() {
            continue;
        }
        let trial = Trial {
            executable: executable.to_owned(),
            target: target.clone(),
            test,
            folder: bench.folder(variant),
            limit: LOOM_LIMIT,
        };
        say(&format!("running {}", trial.name()));
        let outcome = trial.run(&scratch, cancel)?;
        if let Some(failure) = failure(&outcome) {
            return Ok(failure.clone());
        }
        say(&seen(&outcome));
    }
    Err(Problem::new(
        format!("No model of {} fails with `{name}` in place", answer.test),
        "Name another one after it",
    ))
}

/// The picture as the book shows it.
///
/// # Errors
///
/// If the test kit told none.
pub fn page_text(failure: &Failure) -> Result<String> {
    let line = failure.schedule.as_deref();
    let schedule = line.and_then(Schedule::from_line).ok_or_else(|| {
        Problem::new(
            format!("{} fails without a picture", failure.test),
            "Write the model with `Rule::model`, and the code with the types of the `loom` module",
        )
    })?;
    let rows = lanes::draw(&schedule, PAGE_COLUMNS).into_iter().map(|row| {
        let row: String = row.into_iter().map(|piece| piece.text).collect();
        format!("{row}\n")
    });
    Ok(rows.collect())
}

/// What is wrong with the picture that is kept of a wrong answer, if there is one.
pub fn stale(
    course: &Course,
    chapter: &Chapter,
    answer: &WrongAnswer,
    outcome: &Outcome,
) -> Option<Finding> {
    let path = recorded(course, chapter, &answer.name);
    let kept = fs::read_to_string(path).ok()?;
    let (drawn_by, kept) = kept.split_once("\n\n").unwrap_or(("", &kept));
    if drawn_by != command(chapter, &answer.name, None) {
        return None;
    }
    let seen = match failure(outcome).map(page_text)? {
        Ok(drawn) => first_difference(kept, &drawn)?,
        Err(problem) => problem.what,
    };
    Some(Finding {
        what: format!(
            "the picture of `{}` is the one that is recorded",
            answer.name
        ),
        seen,
        reproduce: command(chapter, &answer.name, None),
    })
}

fn failure(outcome: &Outcome) -> Option<&Failure> {
    match &outcome.result {
        TrialResult::Wrong(failure)
        | TrialResult::Hangs(failure)
        | TrialResult::Crashes(failure) => Some(failure),
        TrialResult::Passed | TrialResult::Hole(_) => None,
    }
}

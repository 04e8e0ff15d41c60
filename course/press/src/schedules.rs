//! Pictures of models that fail, recorded for the book.
//!
//! `cargo press schedule 5 NAME` puts a wrong answer in its place, runs the model that catches it,
//! and draws the run that failed; with `--record` the picture is kept as
//! `solutions/NN-name/schedules/NAME.txt`, beneath the command that draws it, and a page shows it with
//! `{{#schedule 5 NAME}}`; without a name, all that are kept of a chapter are drawn again. Loom tries
//! the same runs in the same order each time, so `prove` can compare what it sees with what is kept, if
//! that was drawn by the test that catches the answer. Only the numbers of lines may differ: any edit
//! above them moves them.

use std::fs;

use model::lanes::{self, Row, Schedule};

use course::book::schedule_file;
use course::check::trial::{Outcome, Trial, TrialResult};
use course::check::{LOOM_LIMIT, trial};
use course::course::{Chapter, Course};
use course::files::unwritable;
use course::problem::{Problem, Result};
use course::process::Cancel;
use course::verdict::Failure;
use course::wrong::{self, WrongAnswer};

use crate::prove::Loom;
use crate::prove::bench::{Bench, Built};
use crate::prove::catch::seen;
use crate::prove::report::Finding;
use crate::prove::variant::{Kind, Variant};

/// How wide a picture is drawn for the book.
const PAGE_COLUMNS: usize = 84;

/// What draws the picture of a wrong answer.
pub fn command(chapter: &Chapter, name: &str, test: Option<&str>) -> String {
    let test = test.map_or_else(String::new, |test| format!(" {test}"));
    format!("cargo press schedule {} {name}{test}", chapter.number)
}

/// The wrong answers of a chapter whose pictures are kept, each with the test that drew it if that is
/// not the one that catches it.
///
/// # Errors
///
/// If they cannot be read.
pub fn all_recorded(course: &Course, chapter: &Chapter) -> Result<Vec<(String, Option<String>)>> {
    let folder = course.solution_dir(chapter).join("schedules");
    let mut all = Vec::new();
    for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let text = fs::read_to_string(&path).map_err(|error| {
            let what = format!("{} cannot be read: {error}", path.display());
            Problem::new(what, "Look at the file")
        })?;
        let drawn_by = text.lines().next().unwrap_or("");
        let mut words = drawn_by.split(' ').skip(4).map(str::to_owned);
        if let Some(name) = words.next() {
            all.push((name, words.next()));
        }
    }
    all.sort();
    Ok(all)
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
            let folder = format!("solutions/{}/wrong", chapter.dir);
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
    // That to a part is a change to its second answer, which takes the place of the whole.
    let chapter = &chapter.with_open(&[answer.exercise]);
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
    let bench = Bench::set_up(course, Loom::With, Built::First, &variants, cancel, say)?;
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
            environment: Vec::new(),
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
    Ok(drawn(&schedule(failure)?))
}

fn schedule(failure: &Failure) -> Result<Schedule> {
    let line = failure.schedule.as_deref();
    line.and_then(Schedule::from_line).ok_or_else(|| {
        Problem::new(
            format!("{} fails without a picture", failure.test),
            "Write the model with `Rule::model`, and the code with the types of the `loom` module",
        )
    })
}

fn drawn(schedule: &Schedule) -> String {
    let rows = lanes::draw(schedule, PAGE_COLUMNS).into_iter().map(|row| {
        let row: String = row.into_iter().map(|piece| piece.text).collect();
        format!("{row}\n")
    });
    rows.collect()
}

/// What is wrong with the picture that is kept of a wrong answer, if there is one.
pub fn stale(
    course: &Course,
    chapter: &Chapter,
    answer: &WrongAnswer,
    outcome: &Outcome,
) -> Option<Finding> {
    let path = schedule_file(course, chapter, &answer.name);
    let kept = fs::read_to_string(path).ok()?;
    let (drawn_by, kept) = kept.split_once("\n\n").unwrap_or(("", &kept));
    if drawn_by != command(chapter, &answer.name, None) {
        return None;
    }
    let seen = match failure(outcome).map(schedule)? {
        Ok(schedule) => difference(kept, schedule)?,
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

/// Where a picture differs from the one that is kept in more than the numbers of lines.
fn difference(kept: &str, mut schedule: Schedule) -> Option<String> {
    let exact = first_difference(kept, &drawn(&schedule))?;
    // How wide a number is may change where a row is broken, so it is drawn again with those kept.
    let rows = schedule.rows.iter_mut().filter_map(|row| match row {
        Row::Step(step) => Some(&mut step.place),
        Row::Fold(_) => None,
    });
    let places = rows.chain(schedule.ends.iter_mut().map(|end| &mut end.place));
    let places = places.filter(|place| !place.is_empty());
    let mut kept_places = kept.split_whitespace().filter(|word| file(word).is_some());
    for place in places {
        let kept = kept_places.next();
        let Some(kept) = kept.filter(|kept| file(kept) == file(place)) else {
            return Some(exact);
        };
        kept.clone_into(place);
    }
    first_difference(kept, &drawn(&schedule))
}

/// The file of a place such as `waiter.rs:47`.
fn file(place: &str) -> Option<&str> {
    let (file, line) = place.rsplit_once(':')?;
    let is_place = file.ends_with(".rs") && line.parse::<u32>().is_ok();
    is_place.then_some(file)
}

fn first_difference(kept: &str, drawn: &str) -> Option<String> {
    let (mut left, mut right) = (kept.trim_end().lines(), drawn.trim_end().lines());
    loop {
        match (left.next(), right.next()) {
            (None, None) => return None,
            (kept, drawn) if kept == drawn => {}
            (kept, drawn) => {
                let [kept, drawn] = [kept, drawn].map(|line| line.unwrap_or("(the end)"));
                return Some(format!("recorded: {kept}\ndrawn:    {drawn}"));
            }
        }
    }
}

fn failure(outcome: &Outcome) -> Option<&Failure> {
    match &outcome.result {
        TrialResult::Wrong(failure)
        | TrialResult::Hangs(failure)
        | TrialResult::Crashes(failure) => Some(failure),
        TrialResult::Passed | TrialResult::Hole(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::lanes::{End, Step};

    fn lost_wake(lines: [u32; 2], value: u32) -> Schedule {
        let step = Step {
            number: 1,
            text: format!("state.load: {value}"),
            place: format!("waiter.rs:{}", lines[0]),
            ..Step::default()
        };
        let end = End {
            lane: 0,
            text: "sleeps for ever".into(),
            place: format!("park.rs:{}", lines[1]),
        };
        Schedule {
            lanes: vec!["the task".into()],
            rows: vec![Row::Step(step)],
            ends: vec![end],
            meaning: String::new(),
        }
    }

    #[test]
    fn a_shift_of_lines_is_no_difference() {
        let kept = drawn(&lost_wake([99, 7], 1));
        assert_eq!(difference(&kept, lost_wake([99, 7], 1)), None);
        assert_eq!(difference(&kept, lost_wake([1_000, 12], 1)), None);
    }

    #[test]
    fn another_value_or_file_is_one() {
        let kept = drawn(&lost_wake([99, 7], 1));
        let seen = difference(&kept, lost_wake([100, 7], 2)).unwrap();
        assert!(seen.contains("state.load: 2"), "{seen}");
        let mut elsewhere = lost_wake([99, 7], 1);
        elsewhere.ends[0].place = "waiter.rs:7".into();
        assert!(difference(&kept, elsewhere).is_some());
    }
}

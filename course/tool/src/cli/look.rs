//! Where the reader is: `status`, `list`, `check`, and what other commands need to know of it.

use super::Outcome;
use super::progress::Progress;
use super::select::Selection;
use super::stack;
use crate::check::{self, Cancel, Options};
use crate::course::{Course, ExerciseId};
use crate::problem::{Problem, Result};
use crate::report;
use crate::screen::{self, Line, bold, colour, coloured, dim, plain};
use crate::status::{self, Verdicts};
use crate::verdict::Verdict;

/// No command, and no terminal to watch in: where you are, and the book's address.
pub fn arrive(course: &Course, cancel: &Cancel) -> Result<Outcome> {
    status(course, cancel)?;
    screen::print(&[Line::empty()])?;
    stack::book(course)
}

/// `status`
pub fn status(course: &Course, cancel: &Cancel) -> Result<Outcome> {
    let verdicts = all_verdicts(course, cancel)?;
    screen::print(&status::lines(course, &verdicts, screen::width()))?;
    Ok(Outcome::Fine)
}

/// `list`
pub fn list(course: &Course, cancel: &Cancel) -> Result<Outcome> {
    let verdicts = all_verdicts(course, cancel)?;
    screen::print(&status::list(course, &verdicts, screen::width()))?;
    Ok(Outcome::Fine)
}

/// `check`
pub fn check(
    course: &Course,
    cancel: &Cancel,
    what: &[String],
    loom: bool,
    miri: bool,
) -> Result<Outcome> {
    let mut scope = Selection::parse(course, what)?.exercises(course);
    let options = Options {
        loom,
        miri,
        colour: screen::wants_colours(),
    };
    let verdicts = verdicts(course, &scope, &options, cancel)?;
    // With `--loom`, only exercises that have a model.
    scope.retain(|id| verdicts.contains_key(id));
    let width = screen::width();
    let mut lines = Vec::new();
    let mut chapter_before = 0;
    for id in &scope {
        let Some((chapter, exercise)) = course.exercise(*id) else {
            continue;
        };
        if chapter.number != chapter_before && 1 < scope.len() {
            chapter_before = chapter.number;
            let heading = format!("{}  {}", chapter.number, chapter.title);
            lines.push(Line::from(bold(heading)));
        }
        lines.push(status::row(course, exercise, &verdicts, width));
    }
    lines.extend(all_details(course, &scope, &verdicts));
    let solved = scope.iter().filter(|id| status::is_solved(&verdicts, **id));
    let solved = solved.count();
    lines.push(Line::empty());
    lines.push(Line::from(bold(format!(
        "{solved} of {} solved",
        scope.len()
    ))));
    if 1 < scope.len() {
        lines.extend(status::unmodelled(course, &verdicts));
    }
    match scope.iter().find(|id| !status::is_solved(&verdicts, **id)) {
        Some(next) => lines.extend(next_step(course, *next)),
        None => lines.push(Line::of([
            coloured("cargo course status", colour::CYAN),
            plain(" says what is next."),
        ])),
    }
    screen::print(&lines)?;
    match solved == scope.len() {
        true => Ok(Outcome::Fine),
        false => Ok(Outcome::Unsolved),
    }
}

/// The verdict of every exercise.
pub fn all_verdicts(course: &Course, cancel: &Cancel) -> Result<Verdicts> {
    let scope = Selection::Everything.exercises(course);
    let options = Options {
        loom: false,
        miri: false,
        colour: screen::wants_colours(),
    };
    verdicts(course, &scope, &options, cancel)
}

/// Whether an exercise is solved.
pub fn is_solved(course: &Course, id: ExerciseId, cancel: &Cancel) -> Result<bool> {
    let options = Options {
        loom: false,
        miri: false,
        colour: false,
    };
    Ok(status::is_solved(
        &verdicts(course, &[id], &options, cancel)?,
        id,
    ))
}

/// The first exercise that is not solved, or the last of all.
pub fn current(course: &Course, cancel: &Cancel) -> Result<ExerciseId> {
    let verdicts = all_verdicts(course, cancel)?;
    status::next(course, &verdicts)
        .or(course.exercises().last())
        .map(|(_, exercise)| exercise.id)
        .ok_or_else(|| {
            Problem::new(
                "The course has no exercises",
                "Bring them back with `git restore chapters`",
            )
        })
}

fn verdicts(
    course: &Course,
    scope: &[ExerciseId],
    options: &Options,
    cancel: &Cancel,
) -> Result<Verdicts> {
    let progress = Progress::new();
    let checked = check::check(course, scope, options, cancel, &mut |event| {
        progress.show(&event)
    })?;
    Ok(checked.into_iter().collect())
}

/// What is wrong with each exercise that was tried. A chapter that does not compile is shown once.
fn all_details(course: &Course, scope: &[ExerciseId], verdicts: &Verdicts) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut verdict_before = None;
    for id in scope {
        let (Some((chapter, exercise)), Some(verdict)) = (course.exercise(*id), verdicts.get(id))
        else {
            continue;
        };
        // A broken file is broken for each of its exercises.
        if verdict_before.replace(verdict) == Some(verdict) {
            continue;
        }
        let is_alone = scope.len() == 1;
        let says_more = !matches!(
            verdict,
            Verdict::Solved
                | Verdict::Unmodelled
                | Verdict::NotStarted
                | Verdict::NotChecked { .. }
        );
        if !says_more && !is_alone {
            continue;
        }
        let details = report::details(course, chapter, exercise, verdict, usize::MAX);
        if details.is_empty() {
            continue;
        }
        lines.push(Line::empty());
        if !is_alone {
            lines.push(Line::of([
                bold(exercise.label()),
                plain(" "),
                report::word(verdict),
            ]));
        }
        lines.extend(status::stands_on(chapter, *id, verdicts));
        lines.extend(details);
    }
    lines
}

fn next_step(course: &Course, id: ExerciseId) -> Vec<Line> {
    let Some((chapter, exercise)) = course.exercise(id) else {
        return Vec::new();
    };
    let location = report::location(course, chapter, exercise);
    vec![
        Line::of([
            plain("Next: "),
            bold(exercise.label()),
            plain(" in "),
            coloured(location, colour::CYAN),
        ]),
        Line::of([dim("Stuck? "), plain(format!("cargo course hint {id}"))]),
    ]
}

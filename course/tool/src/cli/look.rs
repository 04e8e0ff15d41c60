//! Where the reader is: `status`, `list`, `check`, and what other commands need to know of it.

use super::progress::Progress;
use super::select::Selection;
use super::stack;
use super::start::Outcome;
use crate::check::{self, AllNotes, Cancel, Event, Models, Options};
use crate::course::{Course, ExerciseId};
use crate::problem::{Problem, Result};
use crate::report;
use crate::screen::{self, Line, bold, colour, coloured, dim, plain};
use crate::status::{self, Bars, Verdicts};
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
    let bars = match screen::is_terminal() {
        true => Bars::Drawn,
        // Whoever reads this has no use for thirty blocks in a line.
        false => Bars::LeftOut,
    };
    screen::print(&status::lines(course, &verdicts, screen::width(), bars))?;
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
    models: Models,
    miri: bool,
    lines_max: usize,
) -> Result<Outcome> {
    let scope = Selection::parse(course, what)?.exercises(course);
    let options = Options {
        models,
        miri,
        colour: screen::wants_colours(),
    };
    let (mut verdicts, notes) = verdicts_and_notes(course, &scope, &options, cancel)?;
    let earlier = earlier(course, &scope, &verdicts);
    verdicts.extend(self::verdicts(course, &earlier, &JUST_TESTS, cancel)?);
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
            lines.extend(status::whole_row(chapter, &verdicts));
        }
        lines.push(status::row(course, exercise, &verdicts, width));
    }
    lines.extend(all_details(course, &scope, &verdicts, &notes, lines_max));
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
    let mut failing = course.chapters.iter();
    let suspect = failing.find_map(|chapter| status::suspect(chapter, &verdicts));
    let mut unsolved = scope.iter().copied();
    let unsolved = unsolved.find(|id| !status::is_solved(&verdicts, *id));
    match unsolved.or(suspect) {
        Some(next) => lines.extend(next_step(course, next)),
        None => {
            lines.extend(last_pages(course, &scope, &verdicts));
            lines.push(Line::of([
                coloured("cargo course status", colour::CYAN),
                plain(" says what is next."),
            ]));
        }
    }
    screen::print(&lines)?;
    match solved == scope.len() && suspect.is_none() {
        true => Ok(Outcome::Fine),
        false => Ok(Outcome::Unsolved),
    }
}

/// The last page of each chapter that is done.
fn last_pages(course: &Course, scope: &[ExerciseId], verdicts: &Verdicts) -> Vec<Line> {
    let mut lines = Vec::new();
    for chapter in &course.chapters {
        let is_asked = scope.iter().any(|id| id.chapter == chapter.number);
        if let Some(page) = course.closing_page(chapter)
            && is_asked
            && status::is_done(chapter, verdicts)
        {
            let label = format!("What chapter {} has built: ", chapter.number);
            lines.push(report::page_line(course, &label, &page, usize::MAX));
        }
    }
    lines
}

/// If one exercise was asked for and its tests fail: those before it in its chapter, which may be why.
fn earlier(course: &Course, scope: &[ExerciseId], verdicts: &Verdicts) -> Vec<ExerciseId> {
    let [id] = scope else { return Vec::new() };
    if verdicts.get(id).and_then(Verdict::failure).is_none() {
        return Vec::new();
    }
    let before = course.exercises().map(|(_, exercise)| exercise.id);
    before
        .filter(|other| other.chapter == id.chapter && other.number < id.number)
        .collect()
}

/// Enough to know whether an exercise passes its tests.
const JUST_TESTS: Options = Options {
    models: Models::None,
    miri: false,
    colour: false,
};

/// The verdict of every exercise, as far as tests tell it, and models that have run.
pub fn all_verdicts(course: &Course, cancel: &Cancel) -> Result<Verdicts> {
    let scope = Selection::Everything.exercises(course);
    let options = Options {
        colour: screen::wants_colours(),
        ..JUST_TESTS
    };
    verdicts(course, &scope, &options, cancel)
}

/// Whether an exercise is solved.
pub fn is_solved(course: &Course, id: ExerciseId, cancel: &Cancel) -> Result<bool> {
    Ok(status::is_solved(
        &verdicts(course, &[id], &JUST_TESTS, cancel)?,
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
    Ok(verdicts_and_notes(course, scope, options, cancel)?.0)
}

fn verdicts_and_notes(
    course: &Course,
    scope: &[ExerciseId],
    options: &Options,
    cancel: &Cancel,
) -> Result<(Verdicts, AllNotes)> {
    let progress = Progress::new();
    let mut notes = AllNotes::new();
    let checked = check::check(course, scope, options, cancel, &mut |event| {
        progress.show(&event);
        if let Event::Noted {
            exercise,
            notes: own,
        } = event
        {
            notes.insert(exercise, own);
        }
    })?;
    Ok((checked.into_iter().collect(), notes))
}

/// What is wrong with each exercise that was tried. A chapter that does not compile is shown once.
fn all_details(
    course: &Course,
    scope: &[ExerciseId],
    verdicts: &Verdicts,
    all_notes: &AllNotes,
    lines_max: usize,
) -> Vec<Line> {
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
                | Verdict::Unmodelled { .. }
                | Verdict::NotStarted
                | Verdict::NotChecked { .. }
        );
        let mut notes = all_notes.get(id).cloned().unwrap_or_default();
        if !says_more && !is_alone {
            // What a solved exercise printed is of interest only to those who ask for it.
            notes.printed = None;
            if notes.is_empty() {
                continue;
            }
        }
        let mut details = report::details(course, chapter, exercise, verdict, usize::MAX);
        let notes = report::notes(&notes, lines_max);
        if details.is_empty() && notes.is_empty() {
            continue;
        }
        if !details.is_empty() && !notes.is_empty() {
            details.push(Line::empty());
        }
        details.extend(notes);
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
    for chapter in &course.chapters {
        let verdict = status::of_chapter(chapter, verdicts);
        let details = report::of_chapter(course, chapter, verdict, usize::MAX);
        if !details.is_empty() {
            lines.push(Line::empty());
            lines.extend(details);
        }
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

//! What each command does once its arguments are read.

use std::ffi::OsString;

use super::Outcome;
use super::progress::Progress;
use super::select::{self, Selection};
use crate::check::{self, Cancel, Options};
use crate::course::{Course, Exercise, ExerciseId};
use crate::mine::{self, Overlay, Whose};
use crate::problem::{Problem, Result};
use crate::reset::Plan;
use crate::screen::{self, Line, bold, colour, coloured, dim, plain};
use crate::status::{self, Verdicts};
use crate::verdict::Verdict;
use crate::{book, hint, prove, report, run, skeleton, solution};

/// No command, and no terminal to watch in: where you are, and the book's address.
pub fn arrive(course: &Course, cancel: &Cancel) -> Result<Outcome> {
    status(course, cancel)?;
    screen::print(&[Line::empty()])?;
    book(course)
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
    if let Some(next) = scope.iter().find(|id| !status::is_solved(&verdicts, **id)) {
        lines.extend(next_step(course, *next));
    }
    screen::print(&lines)?;
    match solved == scope.len() {
        true => Ok(Outcome::Fine),
        false => Ok(Outcome::Unsolved),
    }
}

/// `hint`
pub fn hint(course: &Course, cancel: &Cancel, words: &[String]) -> Result<Outcome> {
    let id = match words {
        [] => current(course, cancel)?,
        words => select::exercise(course, words)?,
    };
    let exercise = known(course, id)?;
    let count = hint::unfold(course, exercise)?;
    let mut lines = vec![Line::of([
        bold(exercise.label()),
        plain(format!(", {}", exercise.title)),
    ])];
    lines.push(Line::empty());
    lines.extend(hint::lines(exercise, count));
    if count < exercise.hints.len() {
        let command = format!("cargo course hint {id}");
        lines.push(Line::of([
            dim("The next one: "),
            coloured(command, colour::CYAN),
        ]));
    }
    screen::print(&lines)?;
    Ok(Outcome::Fine)
}

/// `solution`
pub fn solution(course: &Course, cancel: &Cancel, words: &[String], yes: bool) -> Result<Outcome> {
    let id = select::exercise(course, words)?;
    if !yes && !is_solved(course, id, cancel)? {
        let question = format!("Exercise {id} is not solved yet. Show our answer?");
        match screen::confirm(&question) {
            Some(true) => {}
            Some(false) => {
                screen::print(&[Line::from(format!(
                    "Not shown. `cargo course hint {id}` gives away less."
                ))])?;
                return Ok(Outcome::Fine);
            }
            None => {
                return Err(Problem::new(
                    format!("Exercise {id} is not solved yet, and nobody is here to be asked"),
                    format!(
                        "`cargo course solution {id} --yes` shows our answer all the same; \
                         `cargo course hint {id}` gives away less"
                    ),
                ));
            }
        }
    }
    if let Some((chapter, exercise)) = course.exercise(id) {
        screen::print(&solution::lines(course, chapter, exercise)?)?;
    }
    Ok(Outcome::Fine)
}

/// `reset`
pub fn reset(course: &Course, words: &[String], yes: bool) -> Result<Outcome> {
    let selection = Selection::parse(course, words)?;
    let (name, plan) = match selection {
        Selection::Exercise(id) => {
            let Some((chapter, exercise)) = course.exercise(id) else {
                return Ok(Outcome::Fine);
            };
            let name = format!("exercise {}", exercise.label());
            (name, Plan::exercise(course, chapter, exercise)?)
        }
        Selection::Chapter(number) => {
            let chapter = select::chapter(course, &number.to_string())?;
            (format!("chapter {number}"), Plan::chapter(course, chapter)?)
        }
        Selection::Everything => {
            return Err(Problem::new(
                "Nothing to reset is named",
                "Name one: `1.4` or `1`",
            ));
        }
    };
    if plan.is_empty() {
        screen::print(&[Line::from(format!(
            "There is nothing to reset: {name} is as it was given."
        ))])?;
        return Ok(Outcome::Fine);
    }
    screen::print(&plan.lines(course))?;
    if !yes {
        match screen::confirm(&format!("Reset {name}? A copy is kept.")) {
            Some(true) => {}
            Some(false) => {
                screen::print(&[Line::from("Nothing was changed.")])?;
                return Ok(Outcome::Fine);
            }
            None => {
                let asked = words.join(" ");
                return Err(Problem::new(
                    format!("{name} was not reset, because nobody is here to be asked"),
                    format!("`cargo course reset {asked} --yes` does it; a copy is kept"),
                ));
            }
        }
    }
    let copies = plan.carry_out(course)?;
    let mut lines = vec![Line::from(format!("{name} is as it was given."))];
    for copy in copies {
        let path = copy.display().to_string();
        lines.push(Line::of([
            plain("A copy is kept at "),
            coloured(path, colour::CYAN),
        ]));
    }
    screen::print(&lines)?;
    Ok(Outcome::Fine)
}

/// `run`
pub fn run(
    course: &Course,
    cancel: &Cancel,
    chapter: &str,
    example: Option<&str>,
    mine: bool,
    arguments: &[OsString],
) -> Result<Outcome> {
    let chapter = select::chapter(course, chapter)?;
    let Some(name) = example else {
        screen::print(&run::list(chapter))?;
        return Ok(Outcome::Fine);
    };
    let example = select::example(chapter, name)?;
    let overlay = match mine {
        true => Some(overlay(course, cancel)?),
        false => None,
    };
    if let Some(overlay) = &overlay {
        // Beside the example's own output, not in it.
        for (number, whose) in &overlay.chapters {
            eprintln!("{}", whose_chapter(*number, whose));
        }
    }
    let command = mine::run_example(course, chapter, &example.name, overlay.as_ref())?;
    let status = run::run(command, arguments)?;
    Ok(Outcome::Status(status))
}

/// `book`
pub fn book(course: &Course) -> Result<Outcome> {
    let progress = Progress::new();
    progress.say("building the book …");
    let page = book::build(course);
    drop(progress);
    screen::print(&[Line::of([
        dim("The book: "),
        plain(report::address(&page?)),
    ])])?;
    Ok(Outcome::Fine)
}

/// `mine`
pub fn mine(course: &Course, cancel: &Cancel) -> Result<Outcome> {
    let overlay = overlay(course, cancel)?;
    let mut lines = Vec::new();
    for (number, whose) in &overlay.chapters {
        lines.push(Line::from(whose_chapter(*number, whose)));
    }
    screen::print(&lines)?;
    let mut build = overlay.command("build");
    build.arg("--examples").arg("--quiet");
    let status = run::run(build, &[])?;
    if status == 0 {
        screen::print(&[
            Line::of([dim("Built in "), plain(overlay.dir.display().to_string())]),
            Line::of([
                coloured("cargo course run N EXAMPLE --mine", colour::CYAN),
                plain(" runs an example on it."),
            ]),
        ])?;
    }
    Ok(Outcome::Status(status))
}

fn overlay(course: &Course, cancel: &Cancel) -> Result<Overlay> {
    let progress = Progress::new();
    mine::overlay(course, cancel, &mut |event| progress.show(&event))
}

fn whose_chapter(number: u32, whose: &Whose) -> String {
    match whose {
        Whose::Mine => format!("chapter {number}: yours"),
        Whose::Ours { why } => format!("chapter {number}: ours, because {why}"),
    }
}

/// `skeleton`
pub fn skeleton(course: &Course, check: bool) -> Result<Outcome> {
    let mut lines = Vec::new();
    let mut is_stale = false;
    for chapter in &course.chapters {
        if check {
            for file in skeleton::stale(course, chapter)? {
                is_stale = true;
                lines.push(Line::from(format!("out of date: {}", file.path.display())));
            }
            continue;
        }
        for file in skeleton::write(course, chapter)? {
            lines.push(Line::from(format!("wrote {}", file.path.display())));
            if let Some(copy) = file.copy {
                let kept = format!("what it held is kept at {}", copy.display());
                lines.push(Line::from(kept).indented(2));
            }
        }
    }
    if is_stale {
        lines.push(Line::from("`cargo course skeleton` writes them anew."));
    } else if lines.is_empty() {
        lines.push(Line::from("Every skeleton is up to date."));
    }
    screen::print(&lines)?;
    match is_stale {
        true => Ok(Outcome::Unsolved),
        false => Ok(Outcome::Fine),
    }
}

/// `prove`
pub fn prove(course: &Course, cancel: &Cancel, chapter: Option<&str>) -> Result<Outcome> {
    let only = match chapter {
        Some(word) => Some(select::chapter(course, word)?.number),
        None => None,
    };
    let report = prove::prove(course, only, cancel, &mut |line| println!("{line}"))?;
    print!("\n{}", report.text(course));
    match report.findings.is_empty() {
        true => Ok(Outcome::Fine),
        false => Ok(Outcome::Unsolved),
    }
}

/// `ci`
pub fn ci(_course: &Course, _cancel: &Cancel) -> Result<Outcome> {
    Err(not_there_yet("ci"))
}

fn not_there_yet(command: &str) -> Problem {
    Problem::new(
        format!("`{command}` is not there yet"),
        "`cargo course status` works",
    )
}

fn all_verdicts(course: &Course, cancel: &Cancel) -> Result<Verdicts> {
    let scope = Selection::Everything.exercises(course);
    let options = Options {
        loom: false,
        miri: false,
        colour: screen::wants_colours(),
    };
    verdicts(course, &scope, &options, cancel)
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

fn is_solved(course: &Course, id: ExerciseId, cancel: &Cancel) -> Result<bool> {
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
fn current(course: &Course, cancel: &Cancel) -> Result<ExerciseId> {
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

fn known(course: &Course, id: ExerciseId) -> Result<&Exercise> {
    course
        .exercise(id)
        .map(|(_, exercise)| exercise)
        .ok_or_else(|| {
            Problem::new(
                format!("There is no exercise {id}"),
                "`cargo course list` shows all",
            )
        })
}

/// What is wrong with each exercise that was tried. A chapter that does not compile is shown once.
fn all_details(course: &Course, scope: &[ExerciseId], verdicts: &Verdicts) -> Vec<Line> {
    let mut lines = Vec::new();
    for id in scope {
        let (Some((chapter, exercise)), Some(verdict)) = (course.exercise(*id), verdicts.get(id))
        else {
            continue;
        };
        let is_alone = scope.len() == 1;
        let says_more = !matches!(
            verdict,
            Verdict::Solved | Verdict::NotStarted | Verdict::NotChecked { .. }
        );
        if !says_more && !is_alone {
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
        lines.extend(report::details(course, chapter, exercise, verdict));
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

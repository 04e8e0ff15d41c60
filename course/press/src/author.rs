//! What authors of the course need: `new`, `skeleton`, `prove`, `share`, `schedule`, `soak`, `ci`.

use std::path::PathBuf;

use course::check::Cancel;
use course::cli::select;
use course::cli::start::Outcome;
use course::course::{Course, ExerciseId};
use course::problem::{Problem, Result};
use course::screen::{self, Line};
use course::{book, report, share, skeleton, workspace};

use crate::new::{self, New};
use crate::prove::report::Report;
use crate::soak::{self, Soak};
use crate::{ci, prove, schedules};

/// `skeleton`
pub fn skeleton(course: &Course, chapter: Option<&str>, check: bool) -> Result<Outcome> {
    let only = number(course, chapter)?;
    let mut lines = Vec::new();
    let mut is_stale = false;
    for chapter in &course.chapters {
        if only.is_some_and(|number| number != chapter.number) {
            continue;
        }
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
        lines.push(Line::from("`cargo press skeleton` writes them anew."));
    } else if lines.is_empty() {
        lines.push(Line::from("Every skeleton is up to date."));
    }
    screen::print(&lines)?;
    match is_stale {
        true => Ok(Outcome::Unsolved),
        false => Ok(Outcome::Fine),
    }
}

/// `new`
pub fn new(course: &Course, id: &str, name: String, file: Option<PathBuf>) -> Result<Outcome> {
    let id: ExerciseId = id
        .parse()
        .map_err(|what| Problem::new(what, "Write it as 1.8"))?;
    let mut lines = Vec::new();
    for (path, left) in new::make(course, &New { id, name, file })? {
        let path = path.strip_prefix(&course.root).unwrap_or(&path);
        lines.push(Line::from(format!("wrote {}", path.display())));
        lines.push(Line::from(left).indented(2));
    }
    lines.push(Line::empty());
    let next = format!(
        "When all is written: `cargo press skeleton {0}`, then `cargo press prove {0}`.",
        id.chapter
    );
    lines.push(Line::from(next));
    screen::print(&lines)?;
    Ok(Outcome::Fine)
}

/// `prove`
pub fn prove(course: &Course, cancel: &Cancel, chapter: Option<&str>) -> Result<Outcome> {
    let mut say = |line: &str| println!("{line}");
    let id: Option<ExerciseId> = chapter.and_then(|word| word.parse().ok());
    let report = match id {
        Some(id) => prove_one(course, id, cancel, &mut say)?,
        None => prove::prove(course, number(course, chapter)?, cancel, &mut say)?,
    };
    print!("\n{}", report.text(course));
    match report.findings.is_empty() {
        true => Ok(Outcome::Fine),
        false => Ok(Outcome::Unsolved),
    }
}

/// Proves a part, or an exercise.
fn prove_one(
    course: &Course,
    id: ExerciseId,
    cancel: &Cancel,
    say: &mut dyn FnMut(&str),
) -> Result<Report> {
    let chapter = select::chapter(course, &id.chapter.to_string())?;
    if let Some(part) = chapter.parts.iter().find(|part| part.id == id) {
        return prove::prove_part(course, chapter, part, cancel, say);
    }
    let mut exercises = chapter.exercises.iter();
    let exercise = exercises.find(|exercise| exercise.id == id);
    let exercise = exercise.ok_or_else(|| {
        Problem::new(
            format!("There is no exercise {id} to prove"),
            format!("`cargo course list` names those of chapter {}", id.chapter),
        )
    })?;
    prove::prove_exercise(course, chapter, exercise, cancel, say)
}

/// `share`
pub fn share(course: &Course) -> Result<Outcome> {
    let mut lines = vec![Line::from("chapter   lines   guided          open")];
    for chapter in &course.chapters {
        let share = share::of(course, chapter)?;
        let way = |lines: usize| format!("{lines:>5} {:>5.1} %", share.percent(lines));
        lines.push(Line::from(format!(
            "{:>7} {:>7}   {}   {}",
            share.chapter,
            share.of,
            way(share.guided),
            way(share.open),
        )));
    }
    screen::print(&lines)?;
    Ok(Outcome::Fine)
}

/// `schedule`, of one wrong answer with the test that is to catch it, or of all that are kept.
pub fn schedule(
    course: &Course,
    cancel: &Cancel,
    chapter: &str,
    answer: Option<(&str, Option<&str>)>,
    record: bool,
) -> Result<Outcome> {
    let chapter = select::chapter(course, chapter)?;
    let answers = match answer {
        Some((name, test)) => vec![(name.to_owned(), test.map(str::to_owned))],
        None => schedules::all_recorded(course, chapter)?,
    };
    let mut say = |line: &str| println!("{line}");
    for (name, test) in &answers {
        let test = test.as_deref();
        let failure = schedules::failing(course, chapter, name, test, cancel, &mut say)?;
        let mut lines = vec![Line::empty()];
        if let Some(schedule) = &failure.schedule {
            lines.extend(report::picture(schedule, screen::width()));
        }
        if record {
            let path = book::schedule_file(course, chapter, name);
            let command = schedules::command(chapter, name, test);
            let text = format!("{command}\n\n{}", schedules::page_text(&failure)?);
            workspace::write_if_changed(&path, &text)?;
            lines.push(Line::empty());
            lines.push(Line::from(format!("wrote {}", path.display())));
        }
        lines.push(Line::empty());
        screen::print(&lines)?;
    }
    Ok(Outcome::Fine)
}

/// `soak`
pub fn soak(course: &Course, cancel: &Cancel, soak: &Soak) -> Result<Outcome> {
    let soaked = soak::run(course, soak, cancel, &mut |line| println!("{line}"))?;
    for (name, (count, first)) in &soaked.failures {
        println!("\n== {name} failed in {count} runs. It said first:\n{first}");
    }
    println!(
        "\n{} runs, {} tests failed at least once",
        soaked.runs,
        soaked.failures.len()
    );
    match soaked.failures.is_empty() {
        true => Ok(Outcome::Fine),
        false => Ok(Outcome::Unsolved),
    }
}

/// `ci`
pub fn ci(course: &Course, cancel: &Cancel, only: &[String]) -> Result<Outcome> {
    match ci::run(course, cancel, only)? {
        true => Ok(Outcome::Fine),
        false => Ok(Outcome::Unsolved),
    }
}

/// `ci --list`
pub fn list_steps() -> Result<Outcome> {
    let width = ci::STEPS.iter().map(|step| step.name.len()).max();
    let width = width.unwrap_or(0);
    let lines = ci::STEPS.iter().map(|step| {
        let (name, what) = (step.name, step.what);
        Line::from(format!("{name:width$}  {what}"))
    });
    screen::print(&lines.collect::<Vec<Line>>())?;
    Ok(Outcome::Fine)
}

/// The number of the chapter that was named, if one was.
fn number(course: &Course, word: Option<&str>) -> Result<Option<u32>> {
    match word {
        Some(word) => Ok(Some(select::chapter(course, word)?.number)),
        None => Ok(None),
    }
}

//! The way that a part is done: `open` and `guided`.

use super::start::Outcome;
use crate::course::{Chapter, Course, ExerciseId};
use crate::part::{Part, Way};
use crate::problem::{Problem, Result};
use crate::report;
use crate::screen::{self, Line, bold, colour, coloured, dim, plain};
use crate::switch::Switch;

/// `open` and `guided`
pub fn switch(course: &Course, words: &[String], to: Way, yes: bool) -> Result<Outcome> {
    let (chapter, part) = part(course, words)?;
    let asked = format!("cargo course {} {}", to.word(), part.id);
    if chapter.way(part) == to {
        screen::print(&[Line::from(format!(
            "{} is {} already. `cargo course {} {}` goes the other way.",
            part.label(),
            to.word(),
            to.other().word(),
            part.id
        ))])?;
        return Ok(Outcome::Fine);
    }
    let switch = Switch::plan(course, chapter, part)?;
    screen::print(&switch.lines(course))?;
    if !yes {
        match screen::confirm(&format!("Do {} the {} way?", part.label(), to.word())) {
            Some(true) => {}
            Some(false) => {
                screen::print(&[Line::from("Nothing was changed.")])?;
                return Ok(Outcome::Fine);
            }
            None => {
                return Err(Problem::new(
                    "Nothing was changed, because there is no terminal to ask on",
                    format!("`{asked} --yes` does it; what you wrote is kept"),
                ));
            }
        }
    }
    let copies = switch.carry_out(course, chapter)?;
    let mut lines = Vec::new();
    for copy in copies {
        lines.push(Line::of([
            plain("A copy is kept at "),
            coloured(copy.display().to_string(), colour::CYAN),
        ]));
    }
    lines.push(Line::of([
        bold(part.label()),
        plain(format!(" is {} now.", to.word())),
    ]));
    let now = course.as_read();
    if let Some((chapter, exercise)) = now.exercise(first(part, to)) {
        lines.push(Line::of([
            dim("  read   "),
            plain(report::relative(
                &now,
                &now.root.join("book/src").join(&exercise.page),
            )),
        ]));
        lines.push(Line::of([
            dim("  edit   "),
            coloured(report::location(&now, chapter, exercise), colour::CYAN),
        ]));
        lines.push(Line::of([
            dim("  check  "),
            plain(format!("cargo course check {}", exercise.id)),
        ]));
    }
    screen::print(&lines)?;
    Ok(Outcome::Fine)
}

/// The exercise that a part begins with.
fn first(part: &Part, way: Way) -> ExerciseId {
    match way {
        Way::Open => part.id,
        Way::Guided => part.exercises.first().copied().unwrap_or(part.id),
    }
}

/// The part that these words name: by its number, by its name, or by one of its exercises.
fn part<'a>(course: &'a Course, words: &[String]) -> Result<(&'a Chapter, &'a Part)> {
    let all = || {
        let chapters = course.chapters.iter();
        chapters.flat_map(|chapter| chapter.parts.iter().map(move |part| (chapter, part)))
    };
    let asked = words.join(" ");
    for word in words {
        let found = match word.parse::<ExerciseId>() {
            Ok(id) => all().find(|(_, part)| part.id == id || part.exercises.contains(&id)),
            Err(_) => all().find(|(chapter, part)| {
                let is_named = |id: &ExerciseId| {
                    let exercise = chapter.guided();
                    let mut exercises = exercise.exercises.iter();
                    exercises.any(|exercise| exercise.id == *id && exercise.name == *word)
                };
                part.name == *word || part.exercises.iter().any(is_named)
            }),
        };
        if let Some(found) = found {
            return Ok(found);
        }
    }
    let parts: Vec<String> = all().map(|(_, part)| part.label()).collect();
    Err(Problem::new(
        format!("`{asked}` is no part that can be built as a whole"),
        match parts.is_empty() {
            true => "The course has none".to_owned(),
            false => format!("The parts are {}", parts.join(", ")),
        },
    ))
}

//! What helps a reader who is stuck: `hint`, `solution`, `reset`.

use super::look;
use super::select::{self, Selection};
use super::start::Outcome;
use crate::check::Cancel;
use crate::course::{Course, Exercise, ExerciseId};
use crate::problem::{Problem, Result};
use crate::reset::Plan;
use crate::screen::{self, Line, bold, colour, coloured, dim, plain};
use crate::{hint, solution};

/// `hint`
pub fn hint(course: &Course, cancel: &Cancel, words: &[String]) -> Result<Outcome> {
    let id = match words {
        [] => look::current(course, cancel)?,
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
    if !yes && !look::is_solved(course, id, cancel)? {
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

//! Hints, which unfold one at a time.
//!
//! How many of an exercise's hints have been unfolded is remembered in `.course/hints`, a line
//! per exercise, such as `1.4 2`. Losing that file costs nothing but unfolding them again.

use std::fs;
use std::path::PathBuf;

use crate::course::{Course, Exercise, ExerciseId};
use crate::problem::{Problem, Result};
use crate::screen::{Line, bold, colour, coloured, dim, plain};

/// How many of the exercise's hints have been unfolded.
pub fn unfolded(course: &Course, exercise: &Exercise) -> usize {
    remembered(course)
        .iter()
        .find(|(id, _)| *id == exercise.id)
        .map_or(0, |(_, count)| (*count).min(exercise.hints.len()))
}

/// Unfolds one more hint, if there is one, and returns how many are unfolded now.
///
/// # Errors
///
/// If that cannot be remembered.
pub fn unfold(course: &Course, exercise: &Exercise) -> Result<usize> {
    let before = unfolded(course, exercise);
    let now = (before + 1).min(exercise.hints.len());
    if now != before {
        let mut counts = remembered(course);
        counts.retain(|(id, _)| *id != exercise.id);
        counts.push((exercise.id, now));
        counts.sort();
        remember(course, &counts)?;
    }
    Ok(now)
}

/// The first `count` hints, how many are left, and what comes after the last.
pub fn lines(exercise: &Exercise, count: usize) -> Vec<Line> {
    let total = exercise.hints.len();
    let mut lines = Vec::new();
    for (index, hint) in exercise.hints.iter().take(count).enumerate() {
        lines.push(Line::from(bold(format!("Hint {} of {total}", index + 1))));
        lines.extend(markdown(hint));
        lines.push(Line::empty());
    }
    lines.push(Line::of(match total - count.min(total) {
        0 => vec![
            plain("That was the last hint. "),
            coloured(
                format!("cargo course solution {}", exercise.id),
                colour::CYAN,
            ),
            plain(" shows our answer beside yours."),
        ],
        1 => vec![dim("One more hint is left.")],
        left => vec![dim(format!("{left} more hints are left."))],
    }));
    lines
}

/// The little Markdown that hints are written in: paragraphs and fenced code.
fn markdown(text: &str) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    let mut in_code = false;
    let mut paragraph = String::new();
    for text in text.trim().lines() {
        if text.trim_start().starts_with("```") {
            in_code = !in_code;
        } else if in_code {
            lines.push(Line::from(coloured(text, colour::CYAN)).indented(4));
            continue;
        } else if !text.trim().is_empty() {
            if !paragraph.is_empty() {
                paragraph.push(' ');
            }
            paragraph.push_str(text.trim());
            continue;
        }
        if !paragraph.is_empty() {
            lines.push(Line::from(std::mem::take(&mut paragraph)).indented(2));
        }
    }
    if !paragraph.is_empty() {
        lines.push(Line::from(paragraph).indented(2));
    }
    lines
}

fn memory(course: &Course) -> PathBuf {
    course.keepsakes().join("hints")
}

fn remembered(course: &Course) -> Vec<(ExerciseId, usize)> {
    let text = fs::read_to_string(memory(course)).unwrap_or_default();
    text.lines()
        .filter_map(|line| {
            let (id, count) = line.split_once(' ')?;
            Some((id.parse().ok()?, count.parse().ok()?))
        })
        .collect()
}

fn remember(course: &Course, counts: &[(ExerciseId, usize)]) -> Result<()> {
    let text: String = counts
        .iter()
        .map(|(id, count)| format!("{id} {count}\n"))
        .collect();
    let path = memory(course);
    fs::create_dir_all(course.keepsakes())
        .and_then(|()| fs::write(&path, text))
        .map_err(|error| {
            Problem::new(
                format!("{} cannot be written: {error}", path.display()),
                "Make room or make that folder writable; the exercise's page has the hints too",
            )
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_are_joined_and_code_is_kept() {
        let text = "Look at\nthe flag.\n\n```rust\nlet x = 1;\n\n    x\n```\nThen stop.";
        let shown: Vec<_> = markdown(text).iter().map(Line::text).collect();
        assert_eq!(
            shown,
            [
                "  Look at the flag.",
                "    let x = 1;",
                "    ",
                "        x",
                "  Then stop."
            ]
        );
    }
}

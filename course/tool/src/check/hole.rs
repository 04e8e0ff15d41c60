//! What stands in an exercise's region, told from the file alone.

use std::fs;
use std::path::Path;

use crate::course::{Chapter, Course, Exercise};
use crate::problem::Problem;
use crate::report;
use crate::source::Source;

/// What stands in an exercise's region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hole {
    /// Only its `todo!` and comments, or the untouched stub of an open exercise or of a program.
    Open,
    /// Something else.
    Edited,
    /// The region cannot be found: its file or its marker lines are gone.
    Broken(Problem),
}

/// Looks at the region of an exercise in the reader's file. Builds nothing.
pub fn hole(course: &Course, chapter: &Chapter, exercise: &Exercise) -> Hole {
    let path = course.chapter_dir(chapter).join(&exercise.file);
    let shown = report::relative(course, &path);
    let reset = format!(
        "Bring it back with `cargo course reset {}`, which keeps a copy of what is there",
        exercise.id
    );
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Hole::Broken(Problem::new(format!("{shown} is gone"), reset));
        }
        Err(error) if error.kind() == std::io::ErrorKind::InvalidData => {
            return Hole::Broken(Problem::new(
                format!(
                    "{} holds a character that is not UTF-8",
                    line_of_bad_byte(&path, &shown)
                ),
                "Have your editor save the file as UTF-8; nothing else in it has to change",
            ));
        }
        Err(error) => {
            return Hole::Broken(Problem::new(
                format!("{shown} cannot be read: {error}"),
                reset,
            ));
        }
    };
    let source = match Source::parse(&shown, text) {
        Ok(source) => source,
        Err(problem) => return Hole::Broken(problem),
    };
    match source.body(&exercise.anchor()) {
        Some(body) if is_open(exercise, body) => Hole::Open,
        Some(_) => Hole::Edited,
        None => {
            let what = format!(
                "the marker lines `// ANCHOR: {0}` and `// ANCHOR_END: {0}` are gone from {shown}",
                exercise.anchor()
            );
            Hole::Broken(Problem::new(what, reset))
        }
    }
}

/// The file with the line of its first byte that belongs to no character.
fn line_of_bad_byte(path: &Path, shown: &str) -> String {
    let bytes = fs::read(path).unwrap_or_default();
    let good = std::str::from_utf8(&bytes).map_or_else(|bad| bad.valid_up_to(), str::len);
    let line = 1 + bytes[..good].iter().filter(|byte| **byte == b'\n').count();
    format!("{shown}:{line}")
}

/// Whether a body is nothing but the exercise's `todo!` and comments, or is the stub of an open
/// exercise or of a program.
pub fn is_open(exercise: &Exercise, body: &str) -> bool {
    if let Some(stub) = &exercise.stub {
        return words(body).eq(words(stub));
    }
    let hole = format!("todo!(\"{}\")", exercise.label());
    let mut code = body
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with("//"));
    let is_hole = |line: &str| line.trim_end_matches(';') == hole;
    code.next().is_some_and(is_hole) && code.next().is_none()
}

/// A text without its spacing, which an editor may change by itself.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split_whitespace()
}

//! The difference between the reader's answer and ours.

use std::fs;
use std::path::Path;

use crate::course::{Chapter, Course, Exercise};
use crate::diff;
use crate::files::unreadable;
use crate::part::Part;
use crate::problem::{Problem, Result};
use crate::reset::read;
use crate::screen::{Line, bold, dim};
use crate::source::{Source, dedent};
use crate::stub::without_markers;

/// What turns the reader's answer into ours, with a heading and what to make of it.
///
/// # Errors
///
/// If a file cannot be read or its markers are broken.
pub fn lines(course: &Course, chapter: &Chapter, exercise: &Exercise) -> Result<Vec<Line>> {
    if let Some(part) = chapter.parts.iter().find(|part| part.id == exercise.id) {
        return of_part(course, chapter, part);
    }
    let mine = body(&course.chapter_dir(chapter), exercise)?;
    let ours = body(&course.solution_dir(chapter), exercise)?;
    let mut lines = vec![
        Line::from(bold(format!(
            "{} {}",
            exercise.label(),
            "from your answer to ours"
        ))),
        Line::empty(),
    ];
    let changes = diff::lines(&mine, &ours);
    if changes.is_empty() {
        lines.push(Line::from("They are the same."));
        return Ok(lines);
    }
    lines.extend(changes);
    lines.push(Line::empty());
    lines.push(Line::from(dim(
        "Yours may differ and be right: what the tests accept is a solution.",
    )));
    Ok(lines)
}

/// The same of a part that is built as a whole, file by file.
fn of_part(course: &Course, chapter: &Chapter, part: &Part) -> Result<Vec<Line>> {
    let mut lines = vec![
        Line::from(bold(format!("{} from your answer to ours", part.label()))),
        Line::empty(),
    ];
    for file in part.files() {
        let mine = read(&course.chapter_dir(chapter).join(file))?.unwrap_or_default();
        let path = course.solution_dir(chapter).join(file);
        let ours = fs::read_to_string(&path).map_err(|error| unreadable(&path, &error))?;
        let (mine, ours) = (without_markers(&mine), without_markers(&ours));
        lines.push(Line::from(bold(file.display().to_string())));
        lines.extend(diff::lines(&mine, &ours));
        lines.push(Line::empty());
    }
    lines.push(Line::from(dim(
        "Yours may differ and be right: what the tests accept is a solution.",
    )));
    Ok(lines)
}

fn body(folder: &Path, exercise: &Exercise) -> Result<String> {
    let path = folder.join(&exercise.file);
    let text = fs::read_to_string(&path).map_err(|error| {
        Problem::new(
            format!("{} cannot be read: {error}", path.display()),
            format!("Restore it with `cargo course reset {}`", exercise.id),
        )
    })?;
    let source = Source::parse(&path.display().to_string(), text)?;
    match source.body(&exercise.anchor()) {
        Some(body) => Ok(dedent(body)),
        None => Err(Problem::new(
            format!(
                "{} no longer has the marker lines of exercise {}",
                path.display(),
                exercise.id
            ),
            format!(
                "Restore the file with `cargo course reset {}`, which keeps a copy",
                exercise.id
            ),
        )),
    }
}

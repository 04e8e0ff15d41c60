//! A chapter's examples, on our stack or on the reader's own.

use std::ffi::OsString;
use std::path::Path;

use crate::cargo;
use crate::course::Chapter;
use crate::problem::Result;
use crate::screen::{Line, bold, colour, coloured, plain};

/// The examples of a chapter, in the order they are best run.
pub fn list(chapter: &Chapter) -> Vec<Line> {
    let mut lines = vec![Line::from(bold(format!(
        "Examples of chapter {}, {}",
        chapter.number, chapter.title
    )))];
    for example in &chapter.examples {
        let command = format!("cargo course run {} {}", chapter.number, example.name);
        lines.push(Line::empty());
        lines.push(Line::from(coloured(command, colour::CYAN)).indented(2));
        lines.push(Line::from(example.about.as_str()).indented(2));
    }
    if chapter.examples.is_empty() {
        lines.push(Line::from("There are none."));
    } else {
        lines.push(Line::empty());
        lines.push(Line::of([
            coloured("--mine", colour::CYAN),
            plain(" runs one on your own chapters."),
        ]));
    }
    lines
}

/// Runs an example in the foreground: it has the terminal, and Ctrl-C. Returns its exit status.
///
/// # Errors
///
/// If cargo cannot be started.
pub fn run(folder: &Path, package: &str, target: &str, arguments: &[OsString]) -> Result<u8> {
    let mut command = cargo::command(folder);
    command
        .args(["run", "--quiet", "--package", package, "--example", target])
        .arg("--")
        .args(arguments);
    let status = command
        .status()
        .map_err(|error| cargo::cannot_start(&error))?;
    Ok(status
        .code()
        .and_then(|code| u8::try_from(code).ok())
        .unwrap_or(1))
}

//! A chapter's examples, on our stack or on the reader's own.

use std::ffi::OsString;
use std::process::{Command, ExitStatus};

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

/// Runs a command in the foreground: it has the terminal. Returns its exit status.
///
/// # Errors
///
/// If it cannot be started.
pub fn run(mut command: Command, arguments: &[OsString]) -> Result<u8> {
    let status = command
        .args(arguments)
        .status()
        .map_err(|error| cargo::cannot_start(&error))?;
    Ok(exit_status(status))
}

/// What a shell would say of how a program ended.
fn exit_status(status: ExitStatus) -> u8 {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return u8::try_from(128 + signal).unwrap_or(u8::MAX);
    }
    status
        .code()
        .and_then(|code| u8::try_from(code).ok())
        .unwrap_or(1)
}

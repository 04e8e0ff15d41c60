//! A chapter's examples, on our stack or on the reader's own.

mod follow;

use std::fs::File;
use std::io::{self, IsTerminal};
use std::path::PathBuf;
use std::process::{Command, ExitStatus};

use crate::cargo::{self, Build, Site};
use crate::check::Cancel;
use crate::course::{Chapter, Course, PROGRAMS};
use crate::mine::Overlay;
use crate::problem::{Problem, Result};
use crate::screen::{Line, bold, colour, coloured, plain};
use crate::trace;

pub use follow::example;

/// Whether a program records what its tasks do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Records {
    /// It is built as it is.
    No,
    /// It is built with what a recording needs.
    Yes,
}

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
            plain(" runs one on your own chapter as it stands."),
        ]));
    }
    lines
}

/// Builds an example of a chapter: on our solutions, or on the reader's own chapters. Returns the
/// program.
///
/// # Errors
///
/// If the chapter has no such example, or it cannot be built. What the compiler says of an example
/// goes to standard error.
pub fn build(
    course: &Course,
    chapter: &Chapter,
    name: &str,
    on: Option<&Overlay>,
    records: Records,
    cancel: &Cancel,
) -> Result<PathBuf> {
    if !chapter.examples.iter().any(|example| example.name == name) {
        return Err(Problem::new(
            format!("Chapter {} has no example `{name}`", chapter.number),
            format!("`cargo course run {}` lists them", chapter.number),
        ));
    }
    let (mut command, site, target) = match on {
        Some(overlay) => (
            overlay.command("build"),
            overlay.site.clone(),
            name.to_owned(),
        ),
        None => {
            let mut command = cargo::command(&course.root);
            command.arg("build");
            // In the repository's workspace the chapter has an example of the same name.
            let site = Site::new(course, cargo::TESTS);
            (command, site, format!("{name}_solved"))
        }
    };
    command.args(["--package", &chapter.solution, "--example", &target]);
    if records == Records::Yes {
        trace::record(&mut command);
    }
    command.arg(match io::stderr().is_terminal() {
        true => "--message-format=json-diagnostic-rendered-ansi",
        false => "--message-format=json",
    });
    let build = site.build(command, cancel, &mut |_| {})?;
    if let Some(executable) = build.executable(&chapter.solution, &target) {
        return Ok(executable.to_owned());
    }
    Err(not_built(chapter, name, on, &build))
}

/// What an example reads when it is shown, if it reads anything: the file of a program's name, beside it.
pub fn input(course: &Course, chapter: &Chapter, example: &str) -> Option<File> {
    let folder = course.chapter_dir(chapter).join(PROGRAMS);
    File::open(folder.join(format!("{example}.txt"))).ok()
}

/// Runs a command in the foreground: it has the terminal. Returns its exit status.
///
/// # Errors
///
/// If it cannot be started.
pub fn run(mut command: Command) -> Result<u8> {
    let status = command
        .status()
        .map_err(|error| cargo::cannot_start(&error))?;
    Ok(exit_status(status))
}

/// Why an example was not built, for the reader.
fn not_built(chapter: &Chapter, name: &str, on: Option<&Overlay>, build: &Build) -> Problem {
    let errors = build.diagnostics.iter().filter(|said| said.is_error());
    let (of_example, others): (Vec<_>, Vec<_>) =
        errors.partition(|error| error.target.kind.iter().any(|kind| kind == "example"));
    if others.is_empty() {
        for error in of_example {
            eprint!("{}", error.message.rendered.as_deref().unwrap_or_default());
        }
        return Problem::new(
            format!("The example `{name}` does not compile"),
            format!(
                "`git diff chapters/{}/examples` shows what was changed",
                chapter.dir
            ),
        );
    }
    let number = chapter.number;
    match on {
        Some(_) => Problem::new(
            format!("Your chapter {number} does not compile, so nothing can run on it"),
            format!(
                "`cargo course check {number}` shows where; without `--mine` the example runs on \
                 our solution"
            ),
        ),
        None => Problem::new(
            format!("Our solution of chapter {number} does not compile"),
            "Bring its files back (`git status` shows what was changed)",
        ),
    }
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

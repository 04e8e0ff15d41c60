//! Running cargo, and reading what it says.

use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::problem::{Problem, Result};
use crate::process::{self, Cancel, End};

mod explain;
mod fetch;
mod fresh;
mod message;

pub use explain::explain;
pub use fetch::fetch;
pub use fresh::{Part, Site, kit};
pub use message::{Artifact, Diagnostic, Message, Span};

use message::Line;

/// What a build made, and what the compiler said.
#[derive(Debug, Default)]
pub struct Build {
    /// Whether everything that was asked for was built.
    pub succeeded: bool,
    /// What was built or found up to date.
    pub artifacts: Vec<Artifact>,
    /// The compiler's errors and warnings.
    pub diagnostics: Vec<Diagnostic>,
    /// What cargo itself said.
    pub stderr: String,
}

impl Build {
    /// The executable of a test or example target.
    pub fn executable(&self, package: &str, target: &str) -> Option<&Path> {
        self.artifacts
            .iter()
            .filter(|artifact| artifact.package() == package && artifact.target.name == target)
            .find_map(|artifact| artifact.executable.as_deref())
    }
}

/// A cargo command that runs in `folder`: the cargo that started this tool, or the one on the path.
pub fn command(folder: &Path) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command
        .current_dir(folder)
        .env("CARGO_TERM_PROGRESS_WHEN", "never")
        // What it says is read by us. The compiler's messages have colours where we ask for them.
        .env("CARGO_TERM_COLOR", "never");
    builds_in(&mut command, &target_dir(folder).join(TESTS));
    command
}

/// The folder that holds all that cargo builds for us. It belongs to this checkout alone, whatever
/// `CARGO_TARGET_DIR` or `build.target-dir` say: packages of two checkouts have the same names, so in a
/// folder that they share each would find the other's programs. It is another than the reader's own
/// `target/debug`, too, so nothing here waits for the build of an editor.
pub fn target_dir(root: &Path) -> PathBuf {
    root.join("target").join("course").join("build")
}

/// The part of [`target_dir`] for what is built as anyone would build it.
pub const TESTS: &str = "tests";
/// The part for what is built for loom.
pub const LOOM: &str = "loom";
/// The part for what is built for Miri.
pub const MIRI: &str = "miri";
/// The part for the reader's own chapters on one another.
pub const MINE: &str = "mine";
/// The part for a race against another runtime, which is built for speed.
pub const RACE: &str = "race";

/// Makes a cargo command build into this folder. Intermediate files can be set apart from the others,
/// and what cargo remembers is among them, so both are named.
pub fn builds_in(command: &mut Command, target: &Path) {
    command
        .env("CARGO_TARGET_DIR", target)
        .env("CARGO_BUILD_BUILD_DIR", target);
}

/// What a build tells while it runs.
#[derive(Debug)]
pub enum Told<'a> {
    /// This was made or found up to date.
    Artifact(&'a Artifact),
    /// It waits for this.
    Waits(&'a str),
}

/// Runs a build whose arguments ask for JSON messages. `observe` sees each artifact as it is made. What a
/// verdict is to be taken from is built by [`Site::build`].
///
/// # Errors
///
/// If cargo cannot be run, is cancelled, or fails for another reason than the compiler's errors.
pub fn build(
    command: Command,
    cancel: &Cancel,
    observe: &mut dyn FnMut(&Artifact),
) -> Result<Build> {
    build_told(command, cancel, &mut |told| {
        if let Told::Artifact(artifact) = told {
            observe(artifact);
        }
    })
}

fn build_told(
    command: Command,
    cancel: &Cancel,
    observe: &mut dyn FnMut(Told<'_>),
) -> Result<Build> {
    let mut build = Build::default();
    let shown = show(&command);
    let observe = std::cell::RefCell::new(observe);
    let mut messages = Lines::default();
    let mut complaints = Lines::default();
    let finished = process::run_observed(
        command,
        FOREVER,
        cancel,
        &mut |bytes| {
            messages.push(bytes, &mut |line| match serde_json::from_slice(line) {
                Ok(Line::CompilerArtifact(artifact)) => {
                    (observe.borrow_mut())(Told::Artifact(&artifact));
                    build.artifacts.push(artifact);
                }
                Ok(Line::CompilerMessage(diagnostic)) => build.diagnostics.push(diagnostic),
                Ok(Line::Other) | Err(_) => {}
            });
        },
        &mut |bytes| {
            complaints.push(bytes, &mut |line| {
                if let Some(what) = blocked_on(&String::from_utf8_lossy(line)) {
                    let what = format!("another cargo, which has the {what}");
                    (observe.borrow_mut())(Told::Waits(&what));
                }
            });
        },
    )
    .map_err(|error| cannot_start(&error))?;
    build.stderr = finished.stderr.text();
    match finished.end {
        End::Cancelled | End::TimedOut | End::TooLarge(_) => Err(cancelled()),
        End::Exited(status) => {
            build.succeeded = status.success();
            // An error that is in no file is the machine's, such as a full disk.
            let mut errors = build.diagnostics.iter().filter(|said| said.is_error());
            if !build.succeeded && !errors.clone().any(Diagnostic::is_in_a_file) {
                let said = errors.find_map(|error| error.message.rendered.as_deref());
                let said = format!("{}{}", said.unwrap_or_default(), build.stderr);
                return Err(explain(&said, &shown));
            }
            Ok(build)
        }
    }
}

/// Bytes that come in any portions, line by line.
#[derive(Default)]
struct Lines(Vec<u8>);

impl Lines {
    fn push(&mut self, bytes: &[u8], observe: &mut dyn FnMut(&[u8])) {
        self.0.extend_from_slice(bytes);
        while let Some(end) = self.0.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = self.0.drain(..=end).collect();
            observe(&line);
        }
    }
}

/// What cargo says that it waits for, such as `package cache`.
fn blocked_on(line: &str) -> Option<&str> {
    let (_, what) = line.split_once("waiting for file lock on ")?;
    Some(what.trim())
}

/// A build takes as long as it takes.
const FOREVER: Duration = Duration::from_secs(24 * 60 * 60);

/// What a cancelled command returns.
pub fn cancelled() -> Problem {
    Problem::new("The run was stopped", "Run the command again when you like")
}

/// The command line as one would type it.
pub fn show(command: &Command) -> String {
    let arguments = command
        .get_args()
        .map(|argument| argument.to_string_lossy());
    let hidden = |argument: &str| argument.starts_with("--message-format");
    let arguments: Vec<_> = arguments.filter(|argument| !hidden(argument)).collect();
    format!("cargo {}", arguments.join(" "))
}

/// The problem of a cargo that cannot be started.
pub fn cannot_start(error: &io::Error) -> Problem {
    match error.kind() {
        io::ErrorKind::NotFound => Problem::new(
            "cargo cannot be found on the PATH",
            "Install Rust (https://rustup.rs), open a new terminal, and run the command again",
        ),
        _ => Problem::new(
            format!("cargo cannot be started: {error}"),
            "Run `cargo --version` and mend what it says",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_for_a_lock_is_seen_in_whatever_portions_it_comes() {
        let mut seen = Vec::new();
        let mut lines = Lines::default();
        for portion in [
            "   Compiling x\n    Block",
            "ing waiting for file lock on pack",
            "age cache\n",
        ] {
            lines.push(portion.as_bytes(), &mut |line| {
                let line = String::from_utf8_lossy(line);
                seen.extend(blocked_on(&line).map(str::to_owned));
            });
        }
        assert_eq!(seen, ["package cache"]);
    }
}

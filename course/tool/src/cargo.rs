//! Running cargo, and reading what it says.

use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde::Deserialize;

use crate::problem::{Problem, Result};
use crate::process::{self, Cancel, End};

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

/// A library or an executable that was built or found up to date.
#[derive(Clone, Debug, Deserialize)]
pub struct Artifact {
    package_id: String,
    /// Which target of the package it is.
    pub target: Target,
    /// The file, if it can be run.
    pub executable: Option<PathBuf>,
    /// Whether cargo found it up to date.
    pub fresh: bool,
}

/// What the compiler said about one target.
#[derive(Clone, Debug, Deserialize)]
pub struct Diagnostic {
    package_id: String,
    /// The target being compiled.
    pub target: Target,
    /// What it said.
    pub message: Message,
}

/// A library, test or example of a package.
#[derive(Clone, Debug, Deserialize)]
pub struct Target {
    /// Its name.
    pub name: String,
    /// Such as `lib`, `test`, `example`.
    pub kind: Vec<String>,
}

/// A message of the compiler, as its JSON form has it.
#[derive(Clone, Debug, Deserialize)]
pub struct Message {
    /// The first line, without the code.
    pub message: String,
    /// `error`, `warning`, …
    pub level: String,
    /// The error's code, if it has one.
    pub code: Option<Code>,
    /// The places it speaks of.
    pub spans: Vec<Span>,
    /// The whole message as the compiler prints it.
    pub rendered: Option<String>,
}

/// The code of a message, such as `E0382`.
#[derive(Clone, Debug, Deserialize)]
pub struct Code {
    /// The code itself.
    pub code: String,
}

/// A place in a file.
#[derive(Clone, Debug, Deserialize)]
pub struct Span {
    /// Relative to the workspace's root.
    pub file_name: PathBuf,
    /// The first line, from 1.
    pub line_start: usize,
    /// Whether the message is about this place.
    pub is_primary: bool,
    /// Where the macro that this place is in was called.
    pub expansion: Option<Box<Expansion>>,
}

/// The call of a macro.
#[derive(Clone, Debug, Deserialize)]
pub struct Expansion {
    /// Where it is.
    pub span: Span,
}

#[derive(Deserialize)]
#[serde(tag = "reason", rename_all = "kebab-case")]
enum Line {
    CompilerArtifact(Artifact),
    CompilerMessage(Diagnostic),
    #[serde(other)]
    Other,
}

impl Artifact {
    /// The package it belongs to.
    pub fn package(&self) -> &str {
        package_name(&self.package_id)
    }

    /// Whether it is a test program.
    pub fn is_test(&self) -> bool {
        self.executable.is_some() && self.target.kind.iter().any(|kind| kind == "test")
    }
}

impl Diagnostic {
    /// The package being compiled.
    pub fn package(&self) -> &str {
        package_name(&self.package_id)
    }

    /// Whether it keeps its target from being built.
    pub fn is_error(&self) -> bool {
        self.message.level.starts_with("error")
    }
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
        .env("CARGO_TERM_PROGRESS_WHEN", "never");
    command
}

/// The folder that cargo builds into: the reader's `target/`, or what `CARGO_TARGET_DIR` says.
pub fn target_dir(root: &Path) -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(target) => root.join(target),
        None => root.join("target"),
    }
}

/// Runs a build whose arguments ask for JSON messages. `observe` sees each artifact as it is made.
///
/// # Errors
///
/// If cargo cannot be run, is cancelled, or fails for another reason than the compiler's errors.
pub fn build(
    command: Command,
    cancel: &Cancel,
    observe: &mut dyn FnMut(&Artifact),
) -> Result<Build> {
    let mut build = Build::default();
    let mut partial = Vec::new();
    let shown = show(&command);
    let finished = process::run_observed(command, FOREVER, cancel, &mut |bytes| {
        partial.extend_from_slice(bytes);
        while let Some(end) = partial.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = partial.drain(..=end).collect();
            match serde_json::from_slice(&line) {
                Ok(Line::CompilerArtifact(artifact)) => {
                    observe(&artifact);
                    build.artifacts.push(artifact);
                }
                Ok(Line::CompilerMessage(diagnostic)) => build.diagnostics.push(diagnostic),
                Ok(Line::Other) | Err(_) => {}
            }
        }
    })
    .map_err(|error| cannot_start(&error))?;
    build.stderr = finished.stderr.text();
    match finished.end {
        End::Cancelled | End::TimedOut => Err(cancelled()),
        End::Exited(status) => {
            build.succeeded = status.success();
            if !build.succeeded && !build.diagnostics.iter().any(Diagnostic::is_error) {
                return Err(explain(&build.stderr, &shown));
            }
            Ok(build)
        }
    }
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

/// Says in one sentence why cargo failed where the compiler did not.
pub fn explain(stderr: &str, command: &str) -> Problem {
    let has = |needles: &[&str]| needles.iter().any(|needle| stderr.contains(needle));
    if has(&["No space left on device", "os error 28", "os error 112"]) {
        return Problem::new(
            "The disk is full",
            "Make room (`cargo clean` empties target/), then run the command again",
        );
    }
    if has(&[
        "Read-only file system",
        "Permission denied",
        "os error 13",
        "Access is denied",
    ]) {
        return Problem::new(
            format!(
                "cargo may not write where it has to: {}",
                last_cause(stderr)
            ),
            "Make the folder writable, or set CARGO_TARGET_DIR to one that is, then run the \
             command again",
        );
    }
    if has(&NETWORK) {
        return Problem::new(
            "A crate has to be downloaded first, and the registry cannot be reached",
            "Connect to the network and run `cargo fetch` once; after that the course works offline",
        );
    }
    if has(&["linker `", "link.exe"]) && has(&["not found"]) {
        return Problem::new(
            "The linker is missing",
            "Install a C toolchain (Linux: `build-essential` or `gcc`; macOS: `xcode-select \
             --install`; Windows: the Visual Studio build tools)",
        );
    }
    if let Some(line) = stderr.lines().find(|line| line.contains("requires rustc ")) {
        return Problem::new(
            format!("This Rust is too old: {}", line.trim()),
            "Run `rustup update stable`, then the command again",
        );
    }
    Problem::new(
        format!("cargo failed: {}", last_cause(stderr)),
        format!("Run `{command}` to see all that it says"),
    )
}

const NETWORK: [&str; 8] = [
    "failed to download",
    "Could not resolve host",
    "Couldn't resolve host",
    "Could not connect",
    "spurious network error",
    "Unable to update registry",
    "failed to query replaced source registry",
    "but --offline was specified",
];

/// The first `error:` line with the last of its causes.
fn last_cause(stderr: &str) -> String {
    let error = stderr
        .lines()
        .find_map(|line| line.strip_prefix("error: "))
        .unwrap_or("it gave no reason");
    let cause = stderr
        .rsplit("Caused by:\n")
        .next()
        .filter(|_| stderr.contains("Caused by:\n"))
        .and_then(|text| text.lines().find(|line| !line.trim().is_empty()));
    match cause {
        Some(cause) => format!("{} ({})", error.trim(), cause.trim()),
        None => error.trim().to_owned(),
    }
}

/// The name in an id such as `path+file:///course/chapters/01-timer-future#ch01@0.1.0`.
fn package_name(id: &str) -> &str {
    let (path, fragment) = id.rsplit_once('#').unwrap_or(("", id));
    match fragment.rsplit_once('@') {
        Some((name, _)) => name,
        // The last part of the path is the name when the fragment is a version alone.
        None => path.rsplit('/').next().unwrap_or(path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cargo_says_becomes_one_sentence_and_a_next_step() {
        let cases = [
            (
                "error: failed to download `loom v0.7.2`\n\nCaused by:\n  Could not resolve host",
                "A crate has to be downloaded first",
            ),
            (
                "error: failed to write `target/x`\n\nCaused by:\n  No space left on device (os error 28)",
                "The disk is full",
            ),
            (
                "error: failed to open: target/.cargo-lock\n\nCaused by:\n  Permission denied (os error 13)",
                "cargo may not write where it has to",
            ),
            (
                "error: rustc 1.80 is not supported by the following package:\n  ch01 requires rustc 1.95",
                "This Rust is too old",
            ),
            (
                "error: failed to parse manifest at `Cargo.toml`\n\nCaused by:\n  no targets",
                "cargo failed: failed to parse manifest at `Cargo.toml` (no targets)",
            ),
        ];
        for (stderr, expected) in cases {
            let problem = explain(stderr, "cargo build");
            assert!(problem.what.starts_with(expected), "{problem}");
        }
    }

    #[test]
    fn a_package_is_named_by_its_id() {
        let ids = [
            ("path+file:///c/chapters/01-timer-future#ch01@0.1.0", "ch01"),
            ("path+file:///c/course/testkit#0.1.0", "testkit"),
            (
                "registry+https://github.com/rust-lang/crates.io-index#loom@0.7.2",
                "loom",
            ),
        ];
        for (id, name) in ids {
            assert_eq!(package_name(id), name);
        }
    }
}

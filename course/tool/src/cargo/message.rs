//! What cargo and the compiler say with `--message-format=json`.

use std::path::PathBuf;

use serde::Deserialize;

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
    profile: Profile,
}

/// How something was built.
#[derive(Clone, Debug, Deserialize)]
struct Profile {
    /// For the tests in it.
    test: bool,
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
/// A line of cargo's JSON output.
#[serde(tag = "reason", rename_all = "kebab-case")]
pub enum Line {
    /// Something was built or found up to date.
    CompilerArtifact(Artifact),
    /// The compiler said something.
    CompilerMessage(Diagnostic),
    /// What this tool does not need.
    #[serde(other)]
    Other,
}

impl Artifact {
    /// The package it belongs to.
    pub fn package(&self) -> &str {
        package_name(&self.package_id)
    }

    /// Reads a line of cargo's JSON output, if it speaks of one.
    pub fn parse(line: &str) -> Option<Artifact> {
        match serde_json::from_str(line) {
            Ok(Line::CompilerArtifact(artifact)) => Some(artifact),
            _ => None,
        }
    }

    /// Whether it is a program that runs tests: of a file in `tests`, or those of a library or a program.
    pub fn holds_tests(&self) -> bool {
        self.executable.is_some() && self.profile.test
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

    /// Whether it speaks of a place in a file.
    pub fn is_in_a_file(&self) -> bool {
        !self.message.spans.is_empty()
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

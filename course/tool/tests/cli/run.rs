//! The tool run without a terminal.

use std::process::Command;

use crate::fixture::Fixture;

/// What a run of the tool left behind.
pub struct Run {
    pub status: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Fixture {
    /// Runs the tool without a terminal.
    pub fn run(&self, arguments: &[&str]) -> Run {
        Run::of(&mut self.tool(arguments))
    }
}

impl Run {
    /// Runs a command.
    pub fn of(command: &mut Command) -> Run {
        let output = command.output().unwrap();
        Run {
            status: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Fails unless the run ended so, and said each of these somewhere.
    #[track_caller]
    pub fn expect(&self, status: i32, says: &[&str]) -> &Run {
        let said = format!("{}{}", self.stdout, self.stderr);
        assert_eq!(self.status, status, "{said}");
        for text in says {
            assert!(said.contains(text), "nothing says `{text}`:\n{said}");
        }
        self
    }
}

//! What the scheduler of chapter 4 costs, as `course/bench` counts it: no row may grow.
//!
//! Time says little on a machine that does other things as well. The number of instructions is the same each time. The
//! table of what is allowed is in `course/bench/src/rows.rs`, and so is what is counted; no other runtime is built for
//! it.

use course::cargo;
use course::course::Course;
use course::problem::Result;
use course::process::{self, Cancel, End};

use super::{STEP_LIMIT, Step};

const COUNT: [&str; 11] = [
    "run",
    "--manifest-path",
    "course/bench/Cargo.toml",
    "--locked",
    "--profile",
    "readers",
    "--no-default-features",
    "--bin",
    "rows",
    "--",
    "--check",
];

/// Counts, and compares.
pub fn run(course: &Course, cancel: &Cancel) -> Result<Step> {
    if !cfg!(all(target_arch = "x86_64", target_os = "linux")) {
        return Ok(Step::Skipped(
            "what is allowed is written down for Linux on x86-64".to_owned(),
        ));
    }
    let mut valgrind = std::process::Command::new("valgrind");
    valgrind.arg("--version");
    match process::run(valgrind, STEP_LIMIT, cancel) {
        Ok(finished) if matches!(finished.end, End::Exited(status) if status.success()) => {}
        _ => {
            return Ok(Step::Skipped(
                "instructions are counted with valgrind, which cannot be started".to_owned(),
            ));
        }
    }
    let mut command = cargo::command(&course.root);
    command.args(COUNT);
    let finished = match process::run(command, STEP_LIMIT, cancel) {
        Ok(finished) => finished,
        Err(error) => return Ok(Step::Failed(format!("cargo cannot be started: {error}"))),
    };
    let table = finished.stdout.text();
    Ok(match finished.end {
        End::Exited(status) if status.success() => Step::Passed(Some(table.to_string())),
        End::Exited(_) => Step::Failed(format!("{table}{}", finished.stderr.text())),
        End::TimedOut | End::TooLarge(_) => Step::Failed(format!("{table}it did not end")),
        End::Cancelled => return Err(cargo::cancelled()),
    })
}

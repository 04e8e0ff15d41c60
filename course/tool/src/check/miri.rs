//! Running the tests under Miri, which finds undefined behaviour and leaks.
//!
//! Miri starts slowly, so a whole test target runs in one process, its tests one after another.

use std::process::Command;
use std::time::Duration;

use crate::cargo;
use crate::course::Exercise;
use crate::problem::{Problem, Result};
use crate::process::{self, End};
use crate::verdict::{Failure, Verdict};

use super::chapter::{Check, Verdicts};
use super::{Event, panics};

/// Finds the verdicts of these exercises under Miri.
///
/// # Errors
///
/// If Miri is not installed, or the run was cancelled.
pub fn run(
    check: &Check<'_>,
    exercises: &[&Exercise],
    observe: &mut dyn FnMut(Event),
) -> Result<Verdicts> {
    let mut probe = nightly_cargo();
    probe.args(["miri", "--version"]);
    let installed = process::run(probe, PROBE_LIMIT, check.cancel);
    if !installed.is_ok_and(|probe| matches!(probe.end, End::Exited(status) if status.success())) {
        return Err(Problem::new(
            "Miri is not installed",
            "Install it with `rustup toolchain install nightly --component miri,rust-src`",
        ));
    }
    let mut verdicts = Verdicts::new();
    for (done, exercise) in exercises.iter().enumerate() {
        let mut verdict = Verdict::Solved;
        for target in &exercise.tests {
            observe(Event::Testing {
                exercise: exercise.id,
                test: target.clone(),
                done,
                of: exercises.len(),
            });
            verdict = run_target(check, exercise, target)?;
            if !verdict.is_solved() {
                break;
            }
        }
        observe(Event::Decided {
            exercise: exercise.id,
        });
        verdicts.push((exercise.id, verdict));
    }
    Ok(verdicts)
}

const PROBE_LIMIT: Duration = Duration::from_secs(60);
const TARGET_LIMIT: Duration = Duration::from_secs(900);

/// The nightly cargo, whichever toolchain runs this tool.
pub fn nightly_cargo() -> Command {
    let mut command = Command::new("rustup");
    command.args(["run", "nightly", "cargo"]);
    for name in ["CARGO", "RUSTC", "RUSTDOC", "RUSTUP_TOOLCHAIN"] {
        command.env_remove(name);
    }
    command
}

fn run_target(check: &Check<'_>, exercise: &Exercise, target: &str) -> Result<Verdict> {
    let flags = std::env::var("MIRIFLAGS").unwrap_or_default();
    let mut command = nightly_cargo();
    command
        .args(["miri", "test", "--package", &check.chapter.package])
        .args(["--test", target, "--", "--test-threads=1", "--nocapture"])
        .current_dir(&check.course.root)
        // The test kit reads clocks and the environment.
        .env(
            "MIRIFLAGS",
            format!("{flags} -Zmiri-disable-isolation").trim(),
        )
        .env("RUST_BACKTRACE", "0");
    let finished = process::run(command, TARGET_LIMIT, check.cancel)
        .map_err(|error| cargo::cannot_start(&error))?;
    let (stdout, stderr) = (finished.stdout.text(), finished.stderr.text());
    let failure = |message: String| Failure {
        test: running(&stdout).map_or(target.to_owned(), |test| format!("{target}::{test}")),
        rule: None,
        page: Some(exercise.page.clone()),
        message,
        is_of_chapter: false,
    };
    Ok(match finished.end {
        End::Cancelled => return Err(cargo::cancelled()),
        End::TimedOut => Verdict::Hangs(failure(format!(
            "Miri had not finished after {} minutes.",
            TARGET_LIMIT.as_secs() / 60
        ))),
        End::Exited(status) if status.success() => Verdict::Solved,
        End::Exited(_) => match (panics::hole(&stderr), finding(&stderr)) {
            (Some(label), _) if label == exercise.label() => Verdict::NotStarted,
            (Some(label), _) => Verdict::Needs {
                id: label.split(' ').next().unwrap_or_default().to_owned(),
            },
            _ if stderr.contains("could not compile") => Verdict::NotChecked {
                why: format!(
                    "it does not compile; `cargo course check {}` shows why",
                    exercise.id
                ),
            },
            (None, Some(finding)) => Verdict::Wrong(failure(finding)),
            (None, None) => Verdict::Wrong(failure(panics::explanation(&stderr, &stdout))),
        },
    })
}

/// What Miri itself found, from its `error:` line on. A test that fails by itself has no such line
/// before cargo's own.
fn finding(stderr: &str) -> Option<String> {
    let is_error = |line: &&str| line.starts_with("error: ") || line.starts_with("error[");
    let first = stderr.lines().find(is_error)?;
    if first.starts_with("error: test failed") || first.starts_with("error: could not compile") {
        return None;
    }
    let found = stderr.lines().skip_while(|line| *line != first);
    let found = found.take_while(|line| !line.starts_with("error: aborting"));
    Some(
        found
            .take(40)
            .collect::<Vec<_>>()
            .join("\n")
            .trim_end()
            .to_owned(),
    )
}

/// The test that was started last, in what libtest printed.
fn running(stdout: &str) -> Option<&str> {
    let line = stdout
        .lines()
        .rfind(|line| line.starts_with("test ") && line.contains(" ... "))?;
    line.strip_prefix("test ")?.split(" ... ").next()
}

//! Running the tests under Miri, which finds undefined behaviour and leaks.
//!
//! Miri starts slowly, so a whole test target runs in one process, its tests one after another.

use std::fs;
use std::process::Command;
use std::time::Duration;

use crate::cargo::{self, Site};
use crate::course::Exercise;
use crate::problem::{Problem, Result};
use crate::process::{self, End, Finished};
use crate::verdict::{Failure, Verdict};

use super::chapter::{Check, Verdicts};
use super::{Event, panics, told};

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

fn command(check: &Check<'_>, target: &str) -> Command {
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
    command
}

/// Builds and runs the tests that a command names, from what the files hold now.
fn finish(check: &Check<'_>, mut command: Command) -> Result<Finished> {
    let site = Site::new(check.course, cargo::MIRI);
    site.builds_here(&mut command);
    site.during(check.cancel, || {
        let finished = process::run(command, TARGET_LIMIT, check.cancel)
            .map_err(|error| cargo::cannot_start(&error))?;
        match finished.end {
            End::Cancelled => Err(cargo::cancelled()),
            End::Exited(_) | End::TimedOut | End::TooLarge(_) => Ok(finished),
        }
    })
}

/// The rule that a test was looking at when Miri ended it. The test is run once more and alone, so that
/// no other has left its rule behind.
fn rule(check: &Check<'_>, target: &str, test: &str) -> Result<Option<String>> {
    let file = |kind: &str| {
        let name = format!("{}-miri.{kind}", std::process::id());
        check.scratch().join(name)
    };
    let (report, steps) = (file("report"), file("steps"));
    let mut command = command(check, target);
    command
        .args(["--exact", test])
        .env("COURSE_REPORT", &report)
        .env("COURSE_STEPS", &steps);
    finish(check, command)?;
    let read = |path| {
        let text = fs::read_to_string(&path).unwrap_or_default();
        let _ = fs::remove_file(path);
        text
    };
    let last_step = told::last_step(&read(steps)).map(|(rule, _)| rule);
    Ok(told::report(&read(report)).rule.or(last_step))
}

fn run_target(check: &Check<'_>, exercise: &Exercise, target: &str) -> Result<Verdict> {
    let finished = finish(check, command(check, target))?;
    let (stdout, stderr) = (finished.stdout.text(), finished.stderr.text());
    let failure = |message: String| Failure {
        test: running(&stdout).map_or(target.to_owned(), |test| format!("{target}::{test}")),
        rule: None,
        page: Some(exercise.page.clone()),
        message,
        schedule: None,
        may_be: None,
        is_of_chapter: false,
        looks_like: None,
    };
    Ok(match finished.end {
        // `finish` has made it an error.
        End::Cancelled => return Err(cargo::cancelled()),
        End::TimedOut | End::TooLarge(_) => Verdict::Hangs(failure(format!(
            "Miri had not finished after {} minutes.",
            TARGET_LIMIT.as_secs() / 60
        ))),
        End::Exited(status) if status.success() => Verdict::Solved,
        End::Exited(_) => match (panics::hole(&stderr), finding(&stderr)) {
            (Some(label), _) if label == exercise.label() => Verdict::Unfinished {
                test: target.to_owned(),
                place: panics::place_of_hole(&stderr),
                passed: 0,
                of: 0,
            },
            (Some(label), _) => Verdict::Needs {
                id: label.split(' ').next().unwrap_or_default().to_owned(),
            },
            _ if stderr.contains("could not compile") => Verdict::NotChecked {
                why: format!(
                    "it does not compile; `cargo course check {}` shows why",
                    exercise.id
                ),
            },
            (None, Some(finding)) => Verdict::Wrong(Failure {
                rule: match running(&stdout) {
                    Some(test) => rule(check, target, test)?,
                    None => None,
                },
                ..failure(finding)
            }),
            (None, None) => Verdict::Wrong(failure(panics::explanation(
                match stderr.trim().is_empty() {
                    true => &stdout,
                    false => &stderr,
                },
            ))),
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
    let mut kept: Vec<&str> = Vec::new();
    let mut is_frame = false;
    for line in found.take_while(|line| !line.starts_with("error: aborting")) {
        // Who called whom, down to `main`: of interest only where it is the reader's file.
        is_frame = match line.trim_start() {
            frame if frame.starts_with("= note: inside `") => true,
            frame if frame.starts_with("note: inside ") => true,
            frame if frame.starts_with("= note: stack backtrace") => true,
            frame if frame.starts_with("stack backtrace:") => true,
            frame if frame.starts_with("note: the last function in that backtrace") => true,
            other if other.starts_with("= ") || !line.starts_with(' ') => false,
            _ => is_frame,
        };
        let is_noise = NOISE.iter().any(|words| line.contains(words));
        if !is_noise && (!is_frame || line.contains("chapters/") && line.contains("/src/")) {
            kept.push(line);
        }
    }
    kept.truncate(FINDING_LINES);
    Some(kept.join("\n").trim_end().to_owned())
}

/// A finding is shown up to here.
const FINDING_LINES: usize = 40;

/// Lines of a finding that say the same of each.
const NOISE: [&str; 8] = [
    "= help: retags occur on all",
    "= help: retags permit optimizations",
    "= help: therefore from the perspective of data races",
    "= help: this indicates a bug in the program",
    "= help: this indicates a potential bug in the program",
    "= help: see https://",
    "BACKTRACE",
    "note: some details are omitted",
];

/// The test that was started last, in what libtest printed.
fn running(stdout: &str) -> Option<&str> {
    let line = stdout
        .lines()
        .rfind(|line| line.starts_with("test ") && line.contains(" ... "))?;
    line.strip_prefix("test ")?.split(" ... ").next()
}

#[cfg(test)]
mod tests {
    use super::finding;

    const STDERR: &str = "
   Compiling ch02 v0.1.0
error: Undefined Behavior: Data race detected between (1) and (2)
    --> library/alloc/src/boxed.rs:1558:9
     |
1558 |         Box(unsafe { raw }, alloc)
     |         ^^^^^^^^^^^^^^^^^^ (2) just happened here
     |
help: and (1) occurred earlier here
    --> chapters/02-raw-waker/src/task.rs:265:3
     = help: retags permit optimizations that insert speculative reads or writes
     = help: this indicates a bug in the program: it performed an invalid operation
     = help: see https://doc.rust-lang.org/nightly/ for further information
     = note: this is on thread `unnamed-11`
     = note: stack backtrace:
             0: std::boxed::Box::from_raw
                 at library/alloc/src/boxed.rs:1: 2
             1: raw_waker::task::Task::dealloc
                 at chapters/02-raw-waker/src/task.rs:232:31: 232:61
note: the last function in that backtrace got called indirectly due to this code
    --> chapters/02-raw-waker/tests/references.rs:73:13
     |
  73 |             thread::spawn(move || {

note: some details are omitted, run with `MIRIFLAGS=-Zmiri-backtrace=full` for a verbose backtrace

error: aborting due to 1 previous error
";

    #[test]
    fn a_finding_is_told_without_who_called_whom_in_the_library() {
        let found = finding(STDERR).unwrap();
        let first = "error: Undefined Behavior: Data race detected between (1) and (2)";
        assert_eq!(found.lines().next(), Some(first));
        let last = "at chapters/02-raw-waker/src/task.rs:232:31: 232:61";
        assert_eq!(found.lines().last().map(str::trim), Some(last));
        for noise in [
            "see https",
            "this indicates",
            "retags",
            "Box::from_raw",
            "thread::spawn",
        ] {
            assert!(!found.contains(noise), "{noise} in:\n{found}");
        }
        assert_eq!(finding("error: test failed, to rerun pass\n"), None);
    }
}

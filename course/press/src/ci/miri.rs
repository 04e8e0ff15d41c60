//! The test kit and the solutions under Miri.

use std::panic::resume_unwind;
use std::process::Command;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use course::cargo;
use course::check::nightly_cargo;
use course::course::Course;
use course::problem::Result;
use course::process::{self, Cancel, End};

use super::{Step, run_command};
use crate::solutions::{self, Solution};

/// Installs Miri if it is not there, and runs the tests under it.
///
/// # Errors
///
/// If the run is cancelled.
pub fn run(course: &Course, cancel: &Cancel) -> Result<Step> {
    // Left out: chapters 8 and 11, of which much needs sockets, which Miri has not; and chapter 10, whose
    // tests are whole pools of threads: too long for Miri.
    let mut packages = solutions(course, |solution| ![8, 10, 11].contains(&solution.chapter))?;
    packages.push("testkit".to_owned());
    run_on(None, &packages, course, cancel)
}

/// The same for a target whose pointers and counts have 32 bits: of the chapters that count in a word
/// (references, permits, waiters, places of a channel).
///
/// # Errors
///
/// If the run is cancelled.
pub fn run_32(course: &Course, cancel: &Cancel) -> Result<Step> {
    const COUNTS_IN_A_WORD: [u32; 3] = [3, 6, 7];
    let packages = solutions(course, |solution| {
        COUNTS_IN_A_WORD.contains(&solution.chapter)
    })?;
    run_on(Some("i686-unknown-linux-gnu"), &packages, course, cancel)
}

fn solutions(course: &Course, is_asked: impl Fn(&Solution) -> bool) -> Result<Vec<String>> {
    let all = solutions::all(course)?;
    let asked = all.into_iter().filter(is_asked);
    Ok(asked.map(|solution| solution.package).collect())
}

/// Miri uses one core. So each package has a command of its own, and two of them run at a time.
fn run_on(
    target: Option<&str>,
    packages: &[String],
    course: &Course,
    cancel: &Cancel,
) -> Result<Step> {
    if let Err(why) = install(cancel) {
        return match cancel.is_cancelled() {
            true => Err(cargo::cancelled()),
            false => Ok(Step::Skipped(why)),
        };
    }
    // The standard library is built once, and not by two commands at the same time.
    let mut setup = nightly_cargo();
    setup.args(["miri", "setup"]).current_dir(&course.root);
    setup.args(target.into_iter().flat_map(|target| ["--target", target]));
    if let Step::Failed(why) = run_command(setup, MIRI_LIMIT, cancel)? {
        return Ok(Step::Failed(why));
    }
    let waiting = Mutex::new(packages.iter());
    let failed = Mutex::new(Vec::new());
    let work = || -> Result<()> {
        loop {
            let Some(package) = lock(&waiting).next() else {
                return Ok(());
            };
            let command = command(target, package, course);
            if let Step::Failed(why) = run_command(command, MIRI_LIMIT, cancel)? {
                lock(&failed).push(why);
            }
        }
    };
    thread::scope(|scope| {
        let beside = scope.spawn(work);
        work()?;
        beside.join().unwrap_or_else(|panic| resume_unwind(panic))
    })?;
    let failed = failed.into_inner().unwrap_or_else(PoisonError::into_inner);
    Ok(match failed.is_empty() {
        true => Step::Passed(None),
        false => Step::Failed(failed.join("\n")),
    })
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn command(target: Option<&str>, package: &str, course: &Course) -> Command {
    let mut command = nightly_cargo();
    command
        .args(["miri", "test", "--no-fail-fast", "--package", package])
        .current_dir(&course.root)
        .env("MIRIFLAGS", "-Zmiri-disable-isolation")
        // Miri would spend minutes on the backtrace of each panic that a test expects.
        .env("RUST_BACKTRACE", "0");
    cargo::builds_in(
        &mut command,
        &cargo::target_dir(&course.root).join(cargo::MIRI),
    );
    if let Some(target) = target {
        command.args(["--target", target]);
    }
    command
}

const MIRI_LIMIT: Duration = Duration::from_secs(40 * 60);
const INSTALL_LIMIT: Duration = Duration::from_secs(5 * 60);

/// Installs the nightly compiler with Miri and the source of the standard library. Says why not, if they cannot
/// be had.
pub(super) fn install(cancel: &Cancel) -> Result<(), String> {
    if said(miri_version(), cancel).is_ok() {
        return Ok(());
    }
    let mut add = Command::new("rustup");
    add.args(["toolchain", "install", "nightly", "--profile", "minimal"]);
    add.args(["--component", "miri", "--component", "rust-src"]);
    let added = said(add, cancel);
    said(miri_version(), cancel).map_err(|_| match added {
        Ok(()) => "Miri was installed, and yet does not start".to_owned(),
        Err(why) => format!("Miri cannot be installed here ({why})"),
    })
}

fn miri_version() -> Command {
    let mut command = nightly_cargo();
    command.args(["miri", "--version"]);
    command
}

/// Runs a command; if it fails, says with which line.
fn said(command: Command, cancel: &Cancel) -> Result<(), String> {
    let finished =
        process::run(command, INSTALL_LIMIT, cancel).map_err(|error| error.to_string())?;
    match finished.end {
        End::Exited(status) if status.success() => Ok(()),
        _ => {
            let stderr = finished.stderr.text();
            let line = stderr.lines().find(|line| line.starts_with("error"));
            Err(line.unwrap_or("it gave no reason").to_owned())
        }
    }
}

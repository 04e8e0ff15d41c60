//! The test kit and the solutions under Miri.

use std::process::Command;
use std::time::Duration;

use course::cargo;
use course::check::nightly_cargo;
use course::course::Course;
use course::problem::Result;
use course::process::{self, Cancel, End};

use super::{Step, run_command};

/// Installs Miri if it is not there, and runs the tests under it.
///
/// # Errors
///
/// If the run is cancelled.
pub fn run(course: &Course, cancel: &Cancel) -> Result<Step> {
    run_on(None, course, cancel)
}

/// The same for a target whose pointers and counts have 32 bits.
///
/// # Errors
///
/// If the run is cancelled.
pub fn run_32(course: &Course, cancel: &Cancel) -> Result<Step> {
    run_on(Some("i686-unknown-linux-gnu"), course, cancel)
}

fn run_on(target: Option<&str>, course: &Course, cancel: &Cancel) -> Result<Step> {
    if let Err(why) = install(cancel) {
        return match cancel.is_cancelled() {
            true => Err(cargo::cancelled()),
            false => Ok(Step::Skipped(why)),
        };
    }
    let mut command = nightly_cargo();
    command
        .args(["miri", "test", "--no-fail-fast", "--package", "testkit"])
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
    for chapter in &course.chapters {
        command.args(["--package", &chapter.solution]);
    }
    run_command(command, MIRI_LIMIT, cancel)
}

const MIRI_LIMIT: Duration = Duration::from_secs(40 * 60);
const INSTALL_LIMIT: Duration = Duration::from_secs(5 * 60);

/// Says why not, if Miri cannot be had.
fn install(cancel: &Cancel) -> Result<(), String> {
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

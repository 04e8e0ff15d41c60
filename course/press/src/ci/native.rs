//! A program of sockets and timers under tools that look at a run of the machine itself.
//!
//! Loom and Miri have no operating system, so they see our drivers over a queue that is made of a lock.
//! ThreadSanitizer and memcheck see the real one: `chapters/11-runtime/tests/across_threads.rs`. The first
//! finds data that two threads touch without an order between them, the second what is read before it was
//! written, or after it was freed, and what is not freed at all.

use std::process::{Command, Stdio};

use course::cargo;
use course::check::nightly_cargo;
use course::course::Course;
use course::problem::Result;
use course::process::Cancel;

use super::{STEP_LIMIT, Step, journey, miri, run_command};

/// The program: a package, and a test target of it.
const PROGRAM: [&str; 4] = ["--package", "reveille", "--test", "across_threads"];

/// The only target here that both tools are tried on.
const TARGET: &str = "x86_64-unknown-linux-gnu";

/// Builds the program with ThreadSanitizer, the standard library included, and runs it.
///
/// # Errors
///
/// If the run is cancelled.
pub fn sanitizer(course: &Course, cancel: &Cancel) -> Result<Step> {
    if let Some(why) = not_here() {
        return Ok(Step::Skipped(why));
    }
    if let Err(why) = miri::install(cancel) {
        return match cancel.is_cancelled() {
            true => Err(cargo::cancelled()),
            false => Ok(Step::Skipped(why)),
        };
    }
    let mut command = nightly_cargo();
    command
        .args(["test", "-Zbuild-std", "--target", TARGET])
        .args(PROGRAM)
        .current_dir(&course.root)
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        // What it finds is told with the lines.
        .env("CARGO_PROFILE_DEV_DEBUG", "line-tables-only")
        .env("RUSTFLAGS", "-Zsanitizer=thread");
    let target = cargo::target_dir(&course.root).join("sanitizer");
    cargo::builds_in(&mut command, &target);
    run_command(command, STEP_LIMIT, cancel)
}

/// Runs the program under memcheck.
///
/// # Errors
///
/// If the run is cancelled.
pub fn memcheck(course: &Course, cancel: &Cancel) -> Result<Step> {
    if let Some(why) = not_here() {
        return Ok(Step::Skipped(why));
    }
    let mut probe = Command::new("valgrind");
    probe.arg("--version").stdout(Stdio::null());
    if !probe.status().is_ok_and(|status| status.success()) {
        return Ok(Step::Skipped("there is no valgrind here".to_owned()));
    }
    let runner = format!("target.{TARGET}.runner={MEMCHECK:?}");
    let mut command = cargo::command(&course.root);
    command.args(["test", "--config", &runner]).args(PROGRAM);
    // Where `cargo test` has built most of it already.
    journey::builds_where_we_were_built(&mut command);
    run_command(command, STEP_LIMIT, cancel)
}

/// The test harness itself loses a block or two, "possibly": those are not ours.
const MEMCHECK: [&str; 5] = [
    "valgrind",
    "--quiet",
    "--error-exitcode=1",
    "--leak-check=full",
    "--errors-for-leak-kinds=definite",
];

fn not_here() -> Option<String> {
    let is_here = cfg!(all(
        target_os = "linux",
        target_arch = "x86_64",
        target_env = "gnu"
    ));
    (!is_here).then(|| format!("it is run on {TARGET} only"))
}

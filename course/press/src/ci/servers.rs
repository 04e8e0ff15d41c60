//! Programs of others on our runtime: the package `course/servers` is built, tested, and driven for a few seconds.
//!
//! The servers are driven by curl, wrk, h2load, redis-cli and redis-benchmark. A check whose program is not there is skipped, and
//! the step says so.

use std::process::Command;

use course::cargo;
use course::course::Course;
use course::problem::Result;
use course::process::{self, Cancel, End};

use super::{STEP_LIMIT, Step, run_command};

const MANIFEST: &str = "course/servers/Cargo.toml";

/// With the peer on tokio, so that all of it is compiled.
const CLIPPY: [&str; 6] = [
    "clippy",
    "--all-targets",
    "--features=tokio-peer",
    "--",
    "-D",
    "warnings",
];

/// In the profile `dev`, here and below: what our runtime asserts only there is looked at under a load of strangers.
const TEST: [&str; 1] = ["test"];

/// What the servers answer, and what is left of a short mixed load.
const DRIVE: [&[&str]; 2] = [&["check", "--load-ms", "300"], &["soak", "--seconds", "10"]];

/// Builds, tests and drives the servers.
///
/// # Errors
///
/// If the run is cancelled.
pub fn run(course: &Course, cancel: &Cancel) -> Result<Step> {
    if !cfg!(target_os = "linux") {
        return Ok(Step::Skipped(
            "what drives the servers reads what Linux says of a process".to_owned(),
        ));
    }
    for arguments in [&CLIPPY[..], &TEST] {
        match run_command(command(course, arguments), STEP_LIMIT, cancel)? {
            Step::Passed(_) => {}
            ended => return Ok(ended),
        }
    }
    let mut told = match tokio_is_no_runtime(course, cancel)? {
        Step::Passed(note) => note.unwrap_or_default(),
        ended => return Ok(ended),
    };
    // The servers themselves: `drive` looks for them beside itself.
    let build = command(course, &["build", "--bins"]);
    match run_command(build, STEP_LIMIT, cancel)? {
        Step::Passed(_) => {}
        ended => return Ok(ended),
    }
    for arguments in DRIVE {
        let run = ["run", "--quiet", "--bin", "drive", "--"];
        let drive = command(course, &[&run[..], arguments].concat());
        let said = match said(drive, cancel)? {
            Ok(said) => said,
            Err(why) => return Ok(Step::Failed(why)),
        };
        let worth_telling = |line: &&str| {
            ["skipped", "servers:", "web: stopped"]
                .iter()
                .any(|it| line.starts_with(it))
        };
        for line in said.lines().filter(worth_telling) {
            told.push('\n');
            told.push_str(line);
        }
    }
    Ok(Step::Passed(Some(told)))
}

/// `h2` takes traits of tokio, and hyper a channel. Its runtime, or its sockets, would be another program.
fn tokio_is_no_runtime(course: &Course, cancel: &Cancel) -> Result<Step> {
    let tree = ["tree", "--edges", "features", "--invert", "tokio"];
    let tree = match said(command(course, &tree), cancel)? {
        Ok(tree) => tree,
        Err(why) => return Ok(Step::Failed(why)),
    };
    let mut features: Vec<&str> = tree
        .lines()
        .filter_map(|line| line.split_once("tokio feature \"")?.1.split('"').next())
        .collect();
    features.sort_unstable();
    features.dedup();
    let allowed = ["bytes", "default", "io-util", "sync"];
    let is_allowed = |feature: &&str| allowed.contains(feature);
    Ok(match features.iter().all(is_allowed) {
        true => Step::Passed(Some(format!(
            "tokio, without its runtime: {}",
            features.join(", ")
        ))),
        false => Step::Failed(format!("tokio has come in with {features:?}\n{tree}")),
    })
}

/// Cargo, in the package.
fn command(course: &Course, arguments: &[&str]) -> Command {
    let mut command = cargo::command(&course.root);
    let (name, rest) = arguments.split_first().expect("cargo is told what to do");
    command.args([name, "--manifest-path", MANIFEST, "--locked"]);
    command.args(rest);
    command
}

/// Runs a command, and returns what it said, or why it has failed.
fn said(command: Command, cancel: &Cancel) -> Result<std::result::Result<String, String>> {
    let shown = format!("{command:?}");
    let finished = match process::run(command, STEP_LIMIT, cancel) {
        Ok(finished) => finished,
        Err(error) => return Ok(Err(format!("{shown} cannot be started: {error}"))),
    };
    let stdout = finished.stdout.text().to_string();
    match finished.end {
        End::Exited(status) if status.success() => Ok(Ok(stdout)),
        End::Exited(status) => {
            let stderr = finished.stderr.text();
            Ok(Err(format!("{stdout}{stderr}\n{shown}: {status}")))
        }
        End::TimedOut | End::TooLarge(_) => Ok(Err(format!("{stdout}{shown}: it did not end"))),
        End::Cancelled => Err(cargo::cancelled()),
    }
}

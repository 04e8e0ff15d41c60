//! What the console reads: the package `course/console` is built, and its test listens as the console does.

use course::cargo;
use course::course::Course;
use course::problem::Result;
use course::process::Cancel;

use super::{STEP_LIMIT, Step, run_command};

/// Cargo reads its flags where it is started, and this package has some.
const FOLDER: &str = "course/console";

const CHECKS: [&[&str]; 2] = [
    &[
        "clippy",
        "--all-targets",
        "--locked",
        "--",
        "-D",
        "warnings",
    ],
    &["test", "--locked"],
];

/// Builds and tests the program for the console.
///
/// # Errors
///
/// If the run is cancelled.
pub fn run(course: &Course, cancel: &Cancel) -> Result<Step> {
    if !cfg!(unix) {
        return Ok(Step::Skipped(
            "its test listens at a socket in a folder".to_owned(),
        ));
    }
    for arguments in CHECKS {
        let mut command = cargo::command(&course.root);
        // With other flags nothing is built for both.
        let target = cargo::target_dir(&course.root).join("console");
        cargo::builds_in(&mut command, &target);
        command
            .current_dir(course.root.join(FOLDER))
            .args(arguments);
        match run_command(command, STEP_LIMIT, cancel)? {
            Step::Passed(_) => {}
            ended => return Ok(ended),
        }
    }
    Ok(Step::Passed(None))
}

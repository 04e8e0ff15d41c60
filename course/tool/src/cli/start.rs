//! What each program of the course does before it answers, and after.

use std::env;
use std::io::{self, IsTerminal};
use std::process::{self, ExitCode};
use std::sync::atomic::{AtomicU8, Ordering::Relaxed};
use std::thread;
use std::time::Duration;

use crate::backup;
use crate::check::Cancel;
use crate::course::Course;
use crate::problem::{Problem, Result};
use crate::signals::{self, Signal, Stops};

/// What a command that could be carried out says to the shell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// All is well.
    Fine,
    /// Something asked for is not solved.
    Unsolved,
    /// Ended with this status, by a signal or by a program that was run.
    Status(u8),
}

/// Exit status if something asked for is not solved.
const EXIT_UNSOLVED: u8 = 1;
/// Exit status if the question could not be answered. It is clap's, too.
const EXIT_PROBLEM: u8 = 2;

/// The exit status for the signal that has come; zero if none has.
static INTERRUPTED: AtomicU8 = AtomicU8::new(0);
/// How long a stopped child may take to be gone.
const GRACE: Duration = Duration::from_millis(500);

/// The exit status of this process, given its answer.
pub fn answered(answer: impl FnOnce() -> Result<Outcome>) -> ExitCode {
    let answered = answer();
    if let Some(status) = interrupted() {
        return ExitCode::from(status);
    }
    match answered {
        Ok(Outcome::Fine) => ExitCode::SUCCESS,
        Ok(Outcome::Unsolved) => ExitCode::from(EXIT_UNSOLVED),
        Ok(Outcome::Status(status)) => ExitCode::from(status),
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::from(EXIT_PROBLEM)
        }
    }
}

/// An empty line between what cargo says of its own before it runs us and what we say.
pub fn below_cargo() {
    let is_run_by_cargo = env::var_os("CARGO").is_some() && env::var_os("CARGO_PKG_NAME").is_some();
    if is_run_by_cargo && io::stderr().is_terminal() && io::stdout().is_terminal() {
        eprintln!();
    }
}

/// The course that the current folder lies in.
///
/// # Errors
///
/// If there is none, or it holds no exercises.
pub fn find_course() -> Result<Course> {
    let here = env::current_dir().map_err(|error| {
        Problem::new(
            format!("The current folder cannot be read: {error}"),
            "Change to the folder you cloned, then run the command again",
        )
    })?;
    let course = Course::find(&here)?;
    if course.exercises().next().is_none() {
        return Err(Problem::new(
            format!(
                "{} holds no exercises",
                course.root.join("chapters").display()
            ),
            "Bring them back with `git restore chapters`",
        ));
    }
    backup::move_out_of_target(&course);
    Ok(course)
}

/// A signal ends what is being run for us first, then this process.
pub fn cancel_on_signals() -> Cancel {
    let cancel = Cancel::default();
    let shared = cancel.clone();
    signals::listen(Stops::Default, move |signal| {
        if let Signal::End(status) = signal {
            // ORDERING: one number, which says all there is to know.
            INTERRUPTED.store(status, Relaxed);
            shared.cancel();
            // Whoever runs something for us comes back with an error now; nobody else waits for
            // anything that matters.
            thread::sleep(GRACE);
            process::exit(i32::from(status));
        }
    });
    cancel
}

/// The exit status for a signal that has come.
fn interrupted() -> Option<u8> {
    // ORDERING: as above.
    let status = INTERRUPTED.load(Relaxed);
    (status != 0).then_some(status)
}

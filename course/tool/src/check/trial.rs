//! One test, run alone in a process of its own, and what is to be learnt from how it ended.
//!
//! The test kit tells its findings through two files (see `course/testkit`): `COURSE_REPORT` is
//! the report of a failed check or a diagnosed hang, and the last line of `COURSE_STEPS` says what
//! was being done when the process crashed. A test that does not use the kit is judged by its
//! panic message and its exit.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use crate::cargo;
use crate::course::ExerciseId;
use crate::names;
use crate::problem::{Problem, Result};
use crate::process::{self, Cancel, End, Finished, Limits};
use crate::verdict::Failure;

use super::told::{self, Report};
use super::{exit, panics, printed};

/// A test to be run.
#[derive(Clone, Debug)]
pub struct Trial {
    /// The test target's executable.
    pub executable: PathBuf,
    /// The test target's name.
    pub target: String,
    /// The test's name in the target.
    pub test: String,
    /// The package's folder, where cargo would run it.
    pub folder: PathBuf,
    /// After this it is killed. The test kit's own limit is far below.
    pub limit: Duration,
    /// What it finds in its environment, beside what each test does.
    pub environment: Vec<(&'static str, String)>,
}

/// How a test ended.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The test, as `target::function`.
    pub test: String,
    /// What it means.
    pub result: TrialResult,
    /// The exercise that the test kit's report names.
    pub exercise: Option<ExerciseId>,
    /// All that it printed, as far as it was kept.
    pub output: String,
    /// What of that the code under test printed, by `println!`, `dbg!` and the like.
    pub printed: String,
    /// How long it took, without the time that it spent waiting for a processor.
    pub took: Duration,
}

/// What a test's end means.
#[derive(Clone, Debug)]
pub enum TrialResult {
    /// It passed.
    Passed,
    /// It ran into a hole: the label in its `todo!`, such as `1.3 thread-waker`.
    Hole(String),
    /// A check failed.
    Wrong(Failure),
    /// It did not end.
    Hangs(Failure),
    /// Its process ended before it did.
    Crashes(Failure),
}

impl Outcome {
    /// The page that the test named, if it failed and named one.
    pub fn page(&self) -> Option<String> {
        match &self.result {
            TrialResult::Passed | TrialResult::Hole(_) => None,
            TrialResult::Wrong(failure)
            | TrialResult::Hangs(failure)
            | TrialResult::Crashes(failure) => failure.page.clone(),
        }
    }
}

impl Trial {
    /// The test as messages name it: `target::function`.
    pub fn name(&self) -> String {
        format!("{}::{}", self.target, self.test)
    }

    /// Runs the test, with the files between it and the kit in `scratch`.
    ///
    /// # Errors
    ///
    /// If the run was cancelled, or the process cannot be started.
    pub fn run(&self, scratch: &Path, cancel: &Cancel) -> Result<Outcome> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        // ORDERING: Relaxed; the numbers only have to differ.
        let number = NEXT.fetch_add(1, Relaxed);
        let file = |kind: &str| scratch.join(format!("{}-{number}.{kind}", std::process::id()));
        let (report, steps) = (file("report"), file("steps"));
        let mut command = Command::new(&self.executable);
        command
            .args(["--exact", &self.test, "--nocapture"])
            .current_dir(&self.folder)
            .env("CARGO_MANIFEST_DIR", &self.folder)
            .env("COURSE_REPORT", &report)
            .env("COURSE_STEPS", &steps)
            .env("RUST_BACKTRACE", "0")
            .envs(self.environment.iter().map(|(name, value)| (name, value)));
        if std::env::var_os(PREEMPTIONS).is_none() {
            // With two, loom finds what is worth finding, and in seconds.
            command.env(PREEMPTIONS, "2");
        }
        let limits = Limits {
            time: self.limit,
            memory: MEMORY_LIMIT,
        };
        let finished = process::run_together(command, limits, cancel)
            .map_err(|error| cannot_run(&self.executable, &error))?;
        let told = (fs::read_to_string(&report), fs::read_to_string(&steps));
        let _ = (fs::remove_file(report), fs::remove_file(steps));
        if finished.end == End::Cancelled {
            return Err(cargo::cancelled());
        }
        let report = told.0.ok().map(|text| told::report(&text));
        let step = told.1.ok().and_then(|text| told::last_step(&text));
        Ok(self.judge(&finished, report, step))
    }

    fn judge(
        &self,
        finished: &Finished,
        report: Option<Report>,
        step: Option<(String, String)>,
    ) -> Outcome {
        let output = finished.stderr.text();
        let exercise = report.as_ref().and_then(|report| report.exercise);
        let result = match finished.end {
            End::Exited(status) if status.success() && output.contains(PASSED) => {
                TrialResult::Passed
            }
            // Whatever else went wrong, it began with the hole.
            _ if let Some(label) = panics::hole(&output) => TrialResult::Hole(label),
            _ if let Some(report) = report => self.told(report),
            End::Exited(status) if status.code() == Some(FAILED) => {
                TrialResult::Wrong(self.failure(panics::explanation(&output)))
            }
            End::Exited(status) => TrialResult::Crashes(self.crash(status, &output, step)),
            End::TimedOut | End::Cancelled => TrialResult::Hangs(self.failure(format!(
                "The test had not ended after {} seconds and was stopped. Look for a loop that \
                 never ends, or a wait that nobody ends.",
                self.limit.as_secs()
            ))),
            End::TooLarge(bytes) => TrialResult::Crashes(self.failure(format!(
                "The test was stopped when it had taken {} MiB of memory. Look for something that \
                 grows without a bound, such as a list that a loop adds to.",
                bytes / (1024 * 1024)
            ))),
        };
        Outcome {
            test: self.name(),
            result,
            exercise,
            printed: printed::by_the_reader(&output, &self.test),
            output,
            took: finished.took,
        }
    }

    fn told(&self, report: Report) -> TrialResult {
        // Now, as the sources may be others when it is shown.
        let run = report.run.as_deref();
        let schedule = run.and_then(|run| names::schedule(run, &self.folder));
        let failure = Failure {
            test: self.name(),
            rule: report.rule,
            page: report.page,
            message: report.message,
            schedule: schedule.map(|schedule| schedule.to_line()),
            may_be: report.may_be,
            is_of_chapter: false,
            looks_like: None,
        };
        match report.hangs {
            true => TrialResult::Hangs(failure),
            false => TrialResult::Wrong(failure),
        }
    }

    fn crash(&self, status: ExitStatus, stderr: &str, step: Option<(String, String)>) -> Failure {
        let mut message = format!("The test's process was ended by {}", exit::describe(status));
        let rule = step.map(|(rule, doing)| {
            message.push_str(&format!(", while this was going on: {doing}"));
            rule
        });
        message.push('.');
        if stderr.contains("has overflowed its stack") {
            message.push_str("\nThe stack overflowed: something calls itself without end.");
        }
        for panic in panics::parse(stderr) {
            message.push_str(&format!("\n{}: {}", panic.place, panic.message));
        }
        Failure {
            rule,
            ..self.failure(message)
        }
    }

    fn failure(&self, message: String) -> Failure {
        Failure {
            test: self.name(),
            message,
            ..Failure::default()
        }
    }
}

/// The names of the tests in a test target, in the order of its source file.
///
/// # Errors
///
/// If the run was cancelled, or the executable cannot be started.
pub fn list(executable: &Path, source: &Path, cancel: &Cancel) -> Result<Vec<String>> {
    let mut command = Command::new(executable);
    command.args(["--list", "--format", "terse"]);
    let finished = process::run(command, LIST_LIMIT, cancel)
        .map_err(|error| cannot_run(executable, &error))?;
    match finished.end {
        End::Exited(status) if status.success() => {}
        End::Cancelled => return Err(cargo::cancelled()),
        // Such as one that was written to a full disk.
        End::Exited(status) => return Err(cannot_list(executable, &exit::describe(status))),
        End::TimedOut | End::TooLarge(_) => return Err(cannot_list(executable, "our patience")),
    }
    let stdout = finished.stdout.text();
    let mut tests: Vec<String> = stdout
        .lines()
        .filter_map(|line| line.strip_suffix(": test"))
        .map(str::to_owned)
        .collect();
    let source = fs::read_to_string(source).unwrap_or_default();
    tests.sort_by_key(|test| {
        let function = test.rsplit("::").next().unwrap_or(test);
        source
            .find(&format!("fn {function}("))
            .unwrap_or(source.len())
    });
    Ok(tests)
}

/// The most that a test may take. Ours take a hundredth of it.
const MEMORY_LIMIT: u64 = 2 * 1024 * 1024 * 1024;

/// What libtest says in the end when the one test has passed.
const PASSED: &str = "test result: ok. 1 pass";

/// What libtest's process exits with when a test failed.
const FAILED: i32 = 101;

/// How many times loom may take a thread's turn away in one run of a model.
const PREEMPTIONS: &str = "LOOM_MAX_PREEMPTIONS";

const LIST_LIMIT: Duration = Duration::from_secs(20);

fn cannot_run(executable: &Path, error: &std::io::Error) -> Problem {
    Problem::new(
        format!("{} cannot be run: {error}", executable.display()),
        ANEW,
    )
}

fn cannot_list(executable: &Path, ended_by: &str) -> Problem {
    Problem::new(
        format!(
            "{} was ended by {ended_by} when it was asked for its tests: the file is probably not \
             whole",
            executable.display()
        ),
        ANEW,
    )
}

const ANEW: &str = "Make sure that the disk is not full; after `cargo clean` it is built anew";

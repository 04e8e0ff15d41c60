//! The test kit and the solutions under Miri.
//!
//! Miri runs a program some hundred times slower than the machine does, so each test is run once here, with
//! one seed: what depends on the order of threads is what the loom models try. The examples in the
//! documentation are left out, as the tests do all that they do; so is, where a word has 32 bits, what counts
//! nothing in one.

use std::cmp::Reverse;
use std::fs;
use std::panic::resume_unwind;
use std::path::Path;
use std::process::Command;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use course::cargo;
use course::check::nightly_cargo;
use course::course::Course;
use course::files::files_below;
use course::problem::Result;
use course::process::{self, Cancel, End};

use super::{Step, run_command};
use crate::solutions;

/// Installs Miri if it is not there, and runs the tests under it.
///
/// # Errors
///
/// If the run is cancelled.
pub fn run(course: &Course, cancel: &Cancel) -> Result<Step> {
    // Miri has no sockets, so chapter 8 has none there: what its sockets stand on is run. Left out: chapter 10,
    // whose tests are whole pools of threads, too long for Miri; and what needs sockets or pools in chapter 11.
    let mut asked: Vec<Asked> = solutions::all(course)?
        .into_iter()
        .filter(|solution| solution.chapter != 10)
        .map(|solution| Asked {
            size: size_of_tests(course, solution.chapter),
            package: solution.package,
            targets: match solution.chapter {
                11 => WITHOUT_SOCKETS.map(str::to_owned).into(),
                _ => Vec::new(),
            },
        })
        .collect();
    asked.push(Asked {
        package: "testkit".to_owned(),
        targets: Vec::new(),
        size: size_below(&course.root.join("course/testkit")),
    });
    run_on(None, asked, course, cancel)
}

/// The same for a target whose pointers and counts have 32 bits: tests of what counts in a word.
///
/// # Errors
///
/// If the run is cancelled.
pub fn run_32(course: &Course, cancel: &Cancel) -> Result<Step> {
    let mut asked = Vec::new();
    for solution in solutions::all(course)? {
        let counts = COUNTS_IN_A_WORD.iter();
        let Some((_, targets)) = counts.into_iter().find(|(of, _)| *of == solution.chapter) else {
            continue;
        };
        asked.push(Asked {
            size: size_of_tests(course, solution.chapter),
            package: solution.package,
            targets: targets.iter().map(|target| (*target).to_owned()).collect(),
        });
    }
    run_on(Some("i686-unknown-linux-gnu"), asked, course, cancel)
}

/// By chapter, the tests of what counts in a word: references of a task; permits, calls and waiters; senders,
/// versions and places of a channel.
const COUNTS_IN_A_WORD: [(u32, &[&str]); 3] = [
    (
        3,
        &[
            "complete",
            "life",
            "matrix",
            "memory",
            "notified",
            "wake_by_val",
        ],
    ),
    (
        6,
        &[
            "give_back",
            "hand_over",
            "mutex",
            "notify",
            "notify_one",
            "places",
            "rwlock",
            "semaphore",
        ],
    ),
    (
        7,
        &[
            "broadcast",
            "claims",
            "close",
            "fill",
            "mpsc",
            "places",
            "reuse",
            "wait_for_room",
            "watch",
        ],
    ),
];

/// The tests of chapter 11 that need no sockets and no pool of workers.
const WITHOUT_SOCKETS: [&str; 4] = ["blocking_queue", "join_set", "local_runtime", "task_local"];

/// What is to be run.
struct Asked {
    package: String,
    /// Test targets; none for all, and the unit tests.
    targets: Vec<String>,
    /// How large its tests are, by which we guess how long they take.
    size: u64,
}

fn size_of_tests(course: &Course, chapter: u32) -> u64 {
    let chapters = course.root.join("chapters");
    let own = format!("{chapter:02}-");
    let folders = fs::read_dir(chapters).into_iter().flatten().flatten();
    let mut folders =
        folders.filter(|folder| folder.file_name().to_string_lossy().starts_with(&own));
    folders
        .next()
        .map_or(0, |folder| size_below(&folder.path()))
}

fn size_below(folder: &Path) -> u64 {
    let tests = files_below(&folder.join("tests")).unwrap_or_default();
    let sizes = tests.iter().filter_map(|path| fs::metadata(path).ok());
    sizes.map(|file| file.len()).sum()
}

/// Miri uses one core. So each package has a command of its own, and two of them run at a time, the long ones
/// first.
fn run_on(
    target: Option<&str>,
    mut asked: Vec<Asked>,
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
    asked.sort_by_key(|asked| Reverse(asked.size));
    let waiting = Mutex::new(asked.iter());
    let failed = Mutex::new(Vec::new());
    let work = || -> Result<()> {
        loop {
            let Some(asked) = lock(&waiting).next() else {
                return Ok(());
            };
            let command = command(target, asked, course);
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

fn command(target: Option<&str>, asked: &Asked, course: &Course) -> Command {
    let mut command = nightly_cargo();
    command
        .args([
            "miri",
            "test",
            "--no-fail-fast",
            "--package",
            &asked.package,
        ])
        .current_dir(&course.root)
        .env("MIRIFLAGS", "-Zmiri-disable-isolation")
        // Miri would spend minutes on the backtrace of each panic that a test expects.
        .env("RUST_BACKTRACE", "0");
    cargo::builds_in(
        &mut command,
        &cargo::target_dir(&course.root).join(cargo::MIRI),
    );
    if asked.targets.is_empty() {
        command.arg("--tests");
    }
    for test in &asked.targets {
        command.args(["--test", test]);
    }
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

//! Running tests again and again, several copies at once, to find those that fail by chance.
//!
//! A test that waits for a thread, or is held against a limit, passes on the machine of its author. Then
//! a reader runs it while the editor compiles. So here each test program is run for some rounds, and in
//! each round several copies of it at once, more than there are processors. A test in good order never
//! fails: whatever fails once has a fault, or is held against the wrong clock.
//!
//! The programs are those of the solutions, of the test kit and of the second flavor. On a machine with
//! many processors give it two of them: `taskset -c 0,1 cargo press soak`.
//!
//! # Left out
//!
//! The tests of the tool and of this crate work in one folder of the target directory, so two copies of
//! them would stand in each other's way. Models run alike each time, loaded or not.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};

use course::cargo::{self, Artifact, Site};
use course::check::trial;
use course::course::Course;
use course::problem::{Problem, Result};
use course::process::{self, Cancel, End, Finished};

use crate::solutions;

/// What to run, and how often.
#[derive(Clone, Debug)]
pub struct Soak {
    /// How often each program is run, by each copy.
    pub rounds: usize,
    /// How many copies run at once.
    pub copies: usize,
    /// Only programs, or tests, in whose name this is, such as `channels::mpsc`.
    pub filter: Option<String>,
    /// Each test in a process of its own, as a reader's check runs it.
    pub alone: bool,
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Soaked {
    /// How many runs there were.
    pub runs: usize,
    /// How often each test failed, and what it said first. A program that ended otherwise is named
    /// itself.
    pub failures: BTreeMap<String, (usize, String)>,
}

/// A test program, or one test of it.
#[derive(Clone, Debug)]
struct Subject {
    name: String,
    executable: PathBuf,
    /// The package's folder, where cargo would run it.
    folder: PathBuf,
    /// All tests of the program, or this one.
    test: Option<String>,
}

/// Builds the programs and runs them. `say` is given a line for each program.
///
/// # Errors
///
/// If they do not compile, or none has such a name, or the run is cancelled.
pub fn run(
    course: &Course,
    soak: &Soak,
    cancel: &Cancel,
    say: &mut dyn FnMut(&str),
) -> Result<Soaked> {
    let mut soaked = Soaked::default();
    for subject in subjects(course, soak, cancel)? {
        let started = Instant::now();
        let found = run_one(&subject, soak, cancel)?;
        let failed: usize = found.values().map(|(count, _)| count).sum();
        soaked.runs += soak.rounds * soak.copies;
        let seconds = started.elapsed().as_secs_f64();
        say(&match failed {
            0 => format!("{} ({seconds:.1} s)", subject.name),
            failed => format!("{}: {failed} FAILED ({seconds:.1} s)", subject.name),
        });
        for (name, (count, first)) in found {
            soaked.failures.entry(name).or_insert((0, first)).0 += count;
        }
    }
    Ok(soaked)
}

/// All programs, or tests, that are asked for.
fn subjects(course: &Course, soak: &Soak, cancel: &Cancel) -> Result<Vec<Subject>> {
    let mut packages: Vec<(String, PathBuf)> = solutions::all(course)?
        .into_iter()
        .map(|solution| (solution.package, solution.folder))
        .collect();
    for name in ["testkit", "two-threads"] {
        packages.push((name.to_owned(), course.root.join("course").join(name)));
    }
    // One crate is built sooner than all.
    let first = soak
        .filter
        .as_ref()
        .and_then(|filter| filter.split("::").next());
    if packages
        .iter()
        .any(|(package, _)| Some(package.as_str()) == first)
    {
        packages.retain(|(package, _)| Some(package.as_str()) == first);
    }
    let mut command = cargo::command(&course.root);
    command.args(["test", "--no-run", "--message-format=json"]);
    for (package, _) in &packages {
        command.args(["--package", package]);
    }
    let build = Site::new(course, cargo::TESTS).build(command, cancel, &mut |_| {})?;
    if !build.succeeded {
        return Err(Problem::new(
            "The tests do not compile",
            "See `cargo test --no-run`",
        ));
    }
    let is_asked = |name: &str| soak.filter.as_ref().is_none_or(|part| name.contains(part));
    let mut subjects = Vec::new();
    for (package, folder) in packages {
        let own = build
            .artifacts
            .iter()
            .filter(|made| made.package() == package);
        for made in own.filter(|made| holds_tests(made)) {
            let Some(executable) = made.executable.clone() else {
                continue;
            };
            let target = &made.target.name;
            let whole = Subject {
                name: format!("{package}::{target}"),
                executable,
                folder: folder.clone(),
                test: None,
            };
            if !soak.alone {
                subjects.extend(Some(whole).filter(|subject| is_asked(&subject.name)));
                continue;
            }
            let source = folder.join("tests").join(format!("{target}.rs"));
            for test in trial::list(&whole.executable, &source, cancel)? {
                let name = format!("{}::{test}", whole.name);
                if is_asked(&name) {
                    let test = Some(test);
                    subjects.push(Subject {
                        name,
                        test,
                        ..whole.clone()
                    });
                }
            }
        }
    }
    match subjects.is_empty() {
        false => Ok(subjects),
        true => Err(Problem::new(
            "No test has such a name",
            "Name a part of `package::target`, such as `channels::mpsc`; with `--alone`, of \
             `package::target::test`",
        )),
    }
}

/// Whether it is a test program: of a file in `tests`, or of a library's own tests.
fn holds_tests(made: &Artifact) -> bool {
    let mut kinds = made.target.kind.iter();
    made.executable.is_some() && kinds.any(|kind| kind == "test" || kind == "lib")
}

type Failures = BTreeMap<String, (usize, String)>;

/// Runs a program for all rounds, and all copies of a round at once.
fn run_one(subject: &Subject, soak: &Soak, cancel: &Cancel) -> Result<Failures> {
    let failures = Mutex::new(Failures::new());
    let problem = Mutex::new(None);
    let begun = AtomicUsize::new(0);
    let runs = soak.rounds * soak.copies;
    let copy = || {
        // ORDERING: Relaxed; the numbers only have to differ.
        while begun.fetch_add(1, Relaxed) < runs {
            match subject.run(cancel) {
                Ok(finished) => {
                    let mut failures = failures.lock().expect("no copy panics");
                    for (name, said) in subject.failed(&finished) {
                        failures.entry(name).or_insert((0, said)).0 += 1;
                    }
                }
                Err(why) => {
                    *problem.lock().expect("no copy panics") = Some(why);
                    return;
                }
            }
        }
    };
    thread::scope(|scope| {
        for _ in 0..soak.copies {
            scope.spawn(copy);
        }
    });
    match problem.into_inner().expect("no copy panics") {
        Some(problem) => Err(problem),
        None => Ok(failures.into_inner().expect("no copy panics")),
    }
}

impl Subject {
    fn run(&self, cancel: &Cancel) -> Result<Finished> {
        let mut command = Command::new(&self.executable);
        if let Some(test) = &self.test {
            command.args(["--exact", test]);
        }
        command
            .current_dir(&self.folder)
            .env("CARGO_MANIFEST_DIR", &self.folder)
            .env("RUST_BACKTRACE", "0");
        let finished = process::run(command, PROGRAM_LIMIT, cancel).map_err(|error| {
            let what = format!("{} cannot be run: {error}", self.executable.display());
            Problem::new(what, "Run the command again")
        })?;
        match finished.end {
            End::Cancelled => Err(cargo::cancelled()),
            _ => Ok(finished),
        }
    }

    /// The tests that failed in a run, each with what there is to read; or the program itself.
    fn failed(&self, finished: &Finished) -> Vec<(String, String)> {
        if matches!(finished.end, End::Exited(status) if status.success()) {
            return Vec::new();
        }
        let stdout = finished.stdout.text();
        let said = format!("{stdout}{}", finished.stderr.text());
        let failed: Vec<(String, String)> = stdout
            .lines()
            .filter_map(|line| line.strip_prefix("test ")?.strip_suffix(" ... FAILED"))
            .map(|test| {
                let head = format!("---- {test} stdout ----");
                let own = stdout
                    .split_once(&head)
                    .map_or(said.as_str(), |(_, own)| own);
                let own = own.split("\n---- ").next().unwrap_or(own);
                let program = self.name.trim_end_matches(test).trim_end_matches("::");
                (format!("{program}::{test}"), own.trim().to_owned())
            })
            .collect();
        match failed.is_empty() {
            false => failed,
            true => vec![(self.name.clone(), format!("{:?}\n{said}", finished.end))],
        }
    }
}

/// In time that the program could use. The longest of them takes some seconds.
const PROGRAM_LIMIT: Duration = Duration::from_secs(300);

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    /// A program in the shell, run for three rounds of four copies.
    fn soaked(script: &str) -> Failures {
        let folder = tempfile::tempdir().unwrap();
        let executable = folder.path().join("program");
        // Written by another process: what this one has open for writing while a test beside this one
        // starts a child cannot be run.
        let made = Command::new("sh")
            .args([
                "-c",
                r#"printf '#!/bin/sh\n%s\n' "$1" > "$2"; chmod +x "$2""#,
            ])
            .args(["sh", script])
            .arg(&executable)
            .status();
        assert!(made.unwrap().success());
        let subject = Subject {
            name: "sync::mpsc".to_owned(),
            executable,
            folder: folder.path().to_owned(),
            test: None,
        };
        let soak = Soak {
            rounds: 3,
            copies: 4,
            filter: None,
            alone: false,
        };
        run_one(&subject, &soak, &Cancel::default()).unwrap()
    }

    #[test]
    fn a_test_that_fails_once_is_told_with_what_it_said() {
        // Only one of them can make the folder.
        let failures = soaked(
            "mkdir only || exit 0\n\
             printf 'test sends ... ok\\ntest closes ... FAILED\\n\\n---- closes stdout ----\\n\
             broken rule: It closes.\\n\\nfailures:\\n'\nexit 101",
        );
        let names: Vec<&str> = failures.keys().map(String::as_str).collect();
        assert_eq!(names, ["sync::mpsc::closes"]);
        let (count, said) = &failures["sync::mpsc::closes"];
        assert_eq!(*count, 1);
        assert!(said.starts_with("broken rule: It closes."), "{said}");
    }

    #[test]
    fn a_program_that_ends_in_the_middle_is_told_itself() {
        let failures = soaked("echo aborted >&2\nexit 134");
        let (count, said) = &failures["sync::mpsc"];
        assert_eq!(*count, 12);
        assert!(said.contains("aborted"), "{said}");
    }

    #[test]
    fn what_never_fails_is_not_told() {
        assert!(soaked("exit 0").is_empty());
    }
}

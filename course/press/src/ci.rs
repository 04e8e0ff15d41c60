//! Everything that is checked before a change is taken in, but `cargo test`, which `.ci/run` calls
//! first, as a reader would, and the tests of this crate.
//!
//! Each step prints what it does and how long it took, and a table at the end says where the time went. A
//! step whose tool cannot be had on this machine is skipped, and says why; nothing that can be run is left
//! out, and nothing is checked twice.

use std::fs;
use std::process::Command;
use std::time::Duration;

use course::check::Optimised;
use course::course::Course;
use course::problem::{Problem, Result};
use course::process::{self, Cancel, End};
use course::{cargo, check, skeleton};

use crate::solutions::{self, Solution};
use crate::{book, prove};

use spent::{Spent, Stopwatch};

mod console;
mod documented;
mod journey;
mod miri;
mod native;
mod rows;
mod servers;
mod spent;
mod terminal;

/// How a step ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// All is well; perhaps something worth a line.
    Passed(Option<String>),
    /// What went wrong, in any number of lines.
    Failed(String),
    /// Why it could not be run.
    Skipped(String),
}

/// A step by its name.
pub struct Named {
    /// What `--only` calls it.
    pub name: &'static str,
    /// What holds when it has passed.
    pub what: &'static str,
    run: fn(&Course, &Cancel) -> Result<Step>,
}

/// All steps, in their order.
pub const STEPS: [Named; 21] = [
    Named {
        name: "format",
        what: "the code is formatted",
        run: |course, cancel| cargo_step(course, cancel, &["fmt", "--all", "--check"]),
    },
    Named {
        name: "clippy",
        what: "clippy has nothing to say",
        run: |course, cancel| cargo_step(course, cancel, &CLIPPY),
    },
    Named {
        name: "clippy-races",
        what: "clippy has nothing to say of the races",
        run: |course, cancel| cargo_step(course, cancel, &CLIPPY_RACES),
    },
    Named {
        name: "doc",
        what: "each public type has an example, and the documentation builds",
        run: doc,
    },
    Named {
        name: "versions",
        what: "versions of dependencies (for information)",
        run: duplicates,
    },
    Named {
        name: "skeletons",
        what: "every skeleton is fresh",
        run: |course, _| skeletons(course),
    },
    Named {
        name: "prove",
        what: "the course is proven",
        run: prove_all,
    },
    Named {
        name: "dump",
        what: "a task says what it waits for, with the feature `dump`",
        run: |course, cancel| cargo_steps(course, cancel, &DUMP),
    },
    Named {
        name: "trace",
        what: "what threads and tasks do is recorded, with the feature `trace`; and told, with `tracing`",
        run: |course, cancel| cargo_steps(course, cancel, &TRACE),
    },
    Named {
        name: "models",
        what: "the loom models that belong to no chapter hold",
        run: loom_models,
    },
    Named {
        name: "book",
        what: "the book builds, and nothing is wrong with its pages",
        run: |course, _| {
            let problems = book::check(course);
            let said: Vec<String> = problems.iter().map(ToString::to_string).collect();
            Ok(match said.is_empty() {
                true => Step::Passed(None),
                false => Step::Failed(said.join("\n\n")),
            })
        },
    },
    Named {
        name: "rows",
        what: "no operation of chapter 4 takes more instructions than it did",
        run: rows::run,
    },
    Named {
        name: "servers",
        what: "programs of others run on our runtime: hyper, axum, rustls and more",
        run: servers::run,
    },
    Named {
        name: "console",
        what: "the published console reads what our tasks do",
        run: console::run,
    },
    Named {
        name: "journey",
        what: "a reader's journey, in a copy",
        run: journey::run,
    },
    Named {
        name: "terminal",
        what: "the watch in a terminal, in the journey's copy",
        run: terminal::run,
    },
    Named {
        name: "picture",
        what: "the tool shows what the README's picture shows",
        run: |course, cancel| cargo_step(course, cancel, &PICTURE),
    },
    Named {
        name: "miri",
        what: "Miri finds nothing",
        run: miri::run,
    },
    Named {
        name: "miri-32",
        what: "Miri finds nothing where a word has 32 bits",
        run: miri::run_32,
    },
    Named {
        name: "sanitizer",
        what: "ThreadSanitizer finds nothing in a program of sockets and timers",
        run: native::sanitizer,
    },
    Named {
        name: "memcheck",
        what: "memcheck finds nothing in a program of sockets and timers",
        run: native::memcheck,
    },
];

/// Runs the steps of these names, or all, and says whether none failed.
///
/// # Errors
///
/// If there is no such step, or the run is cancelled.
pub fn run(course: &Course, cancel: &Cancel, only: &[String]) -> Result<bool> {
    if let Some(unknown) = only
        .iter()
        .find(|name| STEPS.iter().all(|step| step.name != **name))
    {
        let names: Vec<&str> = STEPS.iter().map(|step| step.name).collect();
        return Err(Problem::new(
            format!("There is no step `{unknown}`"),
            format!("The steps are {}", names.join(", ")),
        ));
    }
    let started = Stopwatch::start();
    let mut tally = Tally::default();
    let asked = |step: &&Named| only.is_empty() || only.iter().any(|name| *name == step.name);
    for step in STEPS.iter().filter(asked) {
        tally.step(step, || (step.run)(course, cancel))?;
    }
    println!("\n{}", spent::table(&tally.spent, started.spent()));
    println!(
        "ci: {} passed, {} failed, {} skipped",
        tally.passed, tally.failed, tally.skipped
    );
    Ok(tally.failed == 0)
}

/// What is built only with the feature `dump`, which is off in all other steps but `doc`.
const DUMP: [&[&str]; 2] = [
    &[
        "test",
        "--package",
        "harness",
        "--package",
        "reveille",
        "--features",
        "harness/dump,reveille/dump",
        "--test",
        "diary",
        "--test",
        "dump",
        "--test",
        "dump_diary",
    ],
    &[
        "test",
        "--package",
        "harness",
        "--features",
        "dump",
        "--doc",
        "--",
        "leaf::",
        "diary::",
    ],
];

/// What is built only with the features `trace` and `tracing`, and the package that all recorded programs and the tool have in common.
const TRACE: [&[&str]; 4] = [
    &["test", "--package", "trace"],
    &[
        "test",
        "--package",
        "harness",
        "--features",
        "tracing",
        "--test",
        "observed",
    ],
    &[
        "test",
        "--package",
        "reveille",
        "--features",
        "trace",
        "--test",
        "trace",
    ],
    &[
        "test",
        "--package",
        "harness",
        "--package",
        "reveille",
        "--features",
        "harness/trace,reveille/trace",
        "--doc",
        "--",
        "trace",
    ],
];

/// Runs cargo several times, until it fails.
fn cargo_steps(course: &Course, cancel: &Cancel, all: &[&[&str]]) -> Result<Step> {
    for arguments in all {
        match cargo_step(course, cancel, arguments)? {
            Step::Passed(_) => {}
            ended => return Ok(ended),
        }
    }
    Ok(Step::Passed(None))
}

/// Runs cargo.
fn cargo_step(course: &Course, cancel: &Cancel, arguments: &[&str]) -> Result<Step> {
    let mut command = cargo::command(&course.root);
    command.args(arguments).env("RUSTDOCFLAGS", RUSTDOC);
    run_command(command, STEP_LIMIT, cancel)
}

#[derive(Default)]
struct Tally {
    passed: usize,
    failed: usize,
    skipped: usize,
    /// What each step took.
    spent: Vec<(&'static str, Spent)>,
}

impl Tally {
    fn step(&mut self, named: &Named, step: impl FnOnce() -> Result<Step>) -> Result<()> {
        let name = named.what;
        println!("\n== {name}");
        let started = Stopwatch::start();
        let outcome = step()?;
        let spent = started.spent();
        self.spent.push((named.name, spent));
        let seconds = spent.wall.as_secs_f64();
        match outcome {
            Step::Passed(note) => {
                self.passed += 1;
                for line in note.iter().flat_map(|note| note.lines()) {
                    println!("   {line}");
                }
                println!("   ok ({seconds:.1} s)");
            }
            Step::Failed(why) => {
                self.failed += 1;
                println!("{why}\n   FAILED: {name} ({seconds:.1} s)");
            }
            Step::Skipped(why) => {
                self.skipped += 1;
                println!("   skipped: {why}");
            }
        }
        Ok(())
    }
}

const CLIPPY: [&str; 6] = [
    "clippy",
    "--workspace",
    "--all-targets",
    "--",
    "-D",
    "warnings",
];

/// Plays the steps of the recording anew. It needs a pseudo terminal; elsewhere no such test is there.
const PICTURE: [&str; 9] = [
    "test",
    "--package",
    "course",
    "--test",
    "watch",
    "picture::the_tool_shows_what_was_recorded",
    "--",
    "--ignored",
    "--exact",
];

/// The races are a workspace of their own, which no reader builds.
const CLIPPY_RACES: [&str; 8] = [
    "clippy",
    "--manifest-path",
    "course/bench/Cargo.toml",
    "--locked",
    "--all-targets",
    "--",
    "-D",
    "warnings",
];

const DOC: [&str; 4] = [
    "doc",
    "--workspace",
    "--no-deps",
    "--document-private-items",
];

/// Private items are documented, because the code is read here, so links to them lead somewhere.
const RUSTDOC: &str = "-D warnings -A rustdoc::private_intra_doc_links";

const STEP_LIMIT: Duration = Duration::from_secs(30 * 60);

/// Runs a command that must succeed. What it printed is shown if it does not.
fn run_command(command: Command, limit: Duration, cancel: &Cancel) -> Result<Step> {
    let shown = format!("{command:?}");
    let finished = match process::run(command, limit, cancel) {
        Ok(finished) => finished,
        Err(error) => return Ok(Step::Failed(format!("{shown} cannot be started: {error}"))),
    };
    let printed = || format!("{}{}", finished.stdout.text(), finished.stderr.text());
    Ok(match finished.end {
        End::Exited(status) if status.success() => Step::Passed(None),
        End::Exited(status) => Step::Failed(format!("{}\n{shown}: {status}", printed())),
        End::TimedOut | End::TooLarge(_) => {
            Step::Failed(format!("{}\n{shown}: it did not end", printed()))
        }
        End::Cancelled => return Err(cargo::cancelled()),
    })
}

/// What has to be in the documentation, which is quickly counted, and whether it builds.
fn doc(course: &Course, cancel: &Cancel) -> Result<Step> {
    let counted = documented::run(course)?;
    if let Step::Failed(_) = counted {
        return Ok(counted);
    }
    match cargo_step(course, cancel, &DOC)? {
        Step::Passed(_) => Ok(counted),
        other => Ok(other),
    }
}

/// Crates that are built in more than one version cost a reader's time.
fn duplicates(course: &Course, cancel: &Cancel) -> Result<Step> {
    let mut command = cargo::command(&course.root);
    command.args([
        "tree",
        "--workspace",
        "--duplicates",
        "--depth",
        "0",
        "--prefix",
        "none",
    ]);
    let Ok(finished) = process::run(command, STEP_LIMIT, cancel) else {
        return Ok(Step::Skipped("cargo tree cannot be started".to_owned()));
    };
    let stdout = finished.stdout.text();
    let mut lines: Vec<&str> = stdout
        .lines()
        .filter(|line| !line.trim().is_empty())
        .collect();
    lines.sort_unstable();
    lines.dedup();
    Ok(Step::Passed(Some(match lines.is_empty() {
        true => "no crate is there in two versions".to_owned(),
        false => format!("in more than one version: {}", lines.join(", ")),
    })))
}

fn skeletons(course: &Course) -> Result<Step> {
    let mut stale = Vec::new();
    for chapter in &course.chapters {
        match skeleton::stale(course, chapter) {
            Ok(files) => stale.extend(files.iter().map(|file| file.path.display().to_string())),
            Err(problem) => return Ok(Step::Failed(problem.to_string())),
        }
    }
    Ok(match stale.is_empty() {
        true => Step::Passed(None),
        false => Step::Failed(format!(
            "out of date: {}; `cargo press skeleton` writes them anew",
            stale.join(", ")
        )),
    })
}

/// Those that `prove` does not run: of the test kit, and of the solutions that are no chapter yet.
fn loom_models(course: &Course, cancel: &Cancel) -> Result<Step> {
    let mut command = cargo::command(&course.root);
    command.args(["test", "--no-fail-fast", "--package", "testkit"]);
    for solution in solutions::all(course)? {
        let mut chapters = course.chapters.iter();
        let is_proven = chapters.any(|chapter| chapter.number == solution.chapter);
        // Under loom a crate without models need not even compile.
        if !is_proven && has_models(&solution) {
            command.args(["--package", &solution.package]);
        }
    }
    check::with_loom(&mut command, &course.root, Optimised::ALittle);
    command.args(["--test", "loom_*"]);
    command.env("LOOM_MAX_PREEMPTIONS", "2");
    run_command(command, STEP_LIMIT, cancel)
}

/// Whether a crate names a model among its tests.
fn has_models(solution: &Solution) -> bool {
    let manifest = fs::read_to_string(solution.folder.join("Cargo.toml"));
    manifest.is_ok_and(|manifest| manifest.contains("name = \"loom_"))
}

fn prove_all(course: &Course, cancel: &Cancel) -> Result<Step> {
    let report = match prove::prove(course, None, cancel, &mut |line| println!("   {line}")) {
        Ok(report) => report,
        Err(_) if cancel.is_cancelled() => return Err(cargo::cancelled()),
        Err(problem) => return Ok(Step::Failed(problem.to_string())),
    };
    let text = report.text(course);
    Ok(match report.findings.is_empty() {
        true => Step::Passed(Some(text)),
        false => Step::Failed(text),
    })
}

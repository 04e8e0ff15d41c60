//! The test programs of a package, and its documentation's: built and run.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use course::cargo::{self, Artifact};
use course::course::Course;
use course::problem::{Problem, Result};
use course::process::{self, Cancel, End, Finished};

use super::arguments::Arguments;
use super::member::{self, Member};
use super::ran::Ran;

/// What is run as one.
#[derive(Clone, Debug)]
pub struct Program {
    /// The package whose tests they are.
    pub package: String,
    /// How cargo is told to run this one alone, such as `--test life`.
    pub target: String,
    folder: PathBuf,
    what: What,
}

#[derive(Clone, Debug)]
enum What {
    /// An executable.
    Tests(PathBuf),
    /// The examples in the documentation: cargo finds, builds and runs them.
    Documentation(Vec<String>),
}

/// The package whose programs work in one folder, so that only one of them may run at a time.
const WORKS_IN_ONE_FOLDER: &str = "course";

/// How long a program may take, in time that it could use. The longest takes some seconds.
const LIMIT: Duration = Duration::from_secs(3 * 60);
/// The same where it waits for builds.
const BUILDS_LIMIT: Duration = Duration::from_secs(30 * 60);

/// How often we look whether a build has ended.
const PAUSE: Duration = Duration::from_millis(20);

/// Builds all test programs. None if that fails, and cargo has said why.
///
/// # Errors
///
/// If cargo cannot be run, or the run is cancelled.
pub fn build(
    course: &Course,
    members: &[Member],
    arguments: &Arguments,
    cancel: &Cancel,
) -> Result<Option<Vec<Program>>> {
    let mut programs = Vec::new();
    for group in member::groups(members) {
        let mut command = cargo_test(course);
        command.args(["--no-run", "--message-format=json-render-diagnostics"]);
        for member in &group {
            command.args(["--package", &member.name]);
        }
        let Some(messages) = follow(command, cancel)? else {
            return Ok(None);
        };
        let made = messages.lines().filter_map(Artifact::parse);
        for artifact in made.filter(Artifact::holds_tests) {
            let of = group.iter().find(|it| it.name == artifact.package());
            programs.extend(of.and_then(|member| Program::of(member, artifact)));
        }
    }
    // Tests that are named by a whole name are no examples in a documentation.
    if !arguments.is_list {
        programs.extend(members.iter().map(|member| documentation(course, member)));
    }
    Ok(Some(programs))
}

/// The programs in lanes. Those of one lane run one after another: because they work in one folder, or
/// because cargo locks a folder. The longest lanes come first.
pub fn lanes(programs: &[Program]) -> Vec<Vec<&Program>> {
    let (mut one_folder, mut locked, mut others) = (Vec::new(), Vec::new(), Vec::new());
    for program in programs {
        match &program.what {
            What::Documentation(_) => locked.push(program),
            What::Tests(_) if program.package == WORKS_IN_ONE_FOLDER => one_folder.push(program),
            What::Tests(_) => others.push(vec![program]),
        }
    }
    let first = [one_folder, locked].into_iter();
    first
        .filter(|lane| !lane.is_empty())
        .chain(others)
        .collect()
}

impl Program {
    fn of(member: &Member, artifact: Artifact) -> Option<Program> {
        let name = &artifact.target.name;
        let kind = artifact.target.kind.first().map(String::as_str);
        Some(Program {
            package: member.name.clone(),
            target: match kind {
                Some("test") => format!("--test {name}"),
                Some("bin") => format!("--bin {name}"),
                Some("example") => format!("--example {name}"),
                _ => "--lib".to_owned(),
            },
            folder: member.folder.clone(),
            what: What::Tests(artifact.executable?),
        })
    }

    /// Runs its tests.
    ///
    /// # Errors
    ///
    /// If it cannot be started, or the run is cancelled.
    pub fn run(&self, arguments: &Arguments, cancel: &Cancel) -> Result<Ran> {
        let finished = self.run_with(&arguments.passed_on, cancel)?;
        let mut ran = Ran::new(&finished);
        let is_named = !ran.failed.is_empty();
        if ran.broke_off.is_some() && !is_named && matches!(self.what, What::Tests(_)) {
            // One test at a time is named before it runs.
            let mut alone = arguments.passed_on.clone();
            alone.push("--test-threads=1".to_owned());
            ran.blame(&self.run_with(&alone, cancel)?);
        }
        Ok(ran)
    }

    fn run_with(&self, arguments: &[String], cancel: &Cancel) -> Result<Finished> {
        let mut command = match &self.what {
            What::Tests(executable) => Command::new(executable),
            What::Documentation(command) => {
                let mut cargo = Command::new(cargo_program());
                cargo.args(command).arg("--");
                cargo
            }
        };
        command
            .args(arguments)
            .current_dir(&self.folder)
            .env("CARGO_MANIFEST_DIR", &self.folder)
            .env("CARGO_PKG_NAME", &self.package);
        let builds = match self.what {
            What::Documentation(_) => true,
            What::Tests(_) => self.package == WORKS_IN_ONE_FOLDER,
        };
        let limit = if builds { BUILDS_LIMIT } else { LIMIT };
        let finished = process::run(command, limit, cancel).map_err(|error| {
            let what = format!("The tests of {} cannot be run: {error}", self.package);
            Problem::new(what, "Run `cargo test` again")
        })?;
        match finished.end {
            End::Cancelled => Err(cargo::cancelled()),
            _ => Ok(finished),
        }
    }
}

fn documentation(course: &Course, member: &Member) -> Program {
    let mut command = cargo_test(course);
    command.args(["--doc", "--package", &member.name]);
    let arguments = command.get_args();
    Program {
        package: member.name.clone(),
        target: "--doc".to_owned(),
        folder: member.folder.clone(),
        what: What::Documentation(
            arguments
                .map(|argument| argument.to_string_lossy().into_owned())
                .collect(),
        ),
    }
}

/// The cargo that runs us, if one does.
fn cargo_program() -> std::ffi::OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

/// `cargo test`, in the folder and in the form that this program was built in.
fn cargo_test(course: &Course) -> Command {
    let mut command = Command::new(cargo_program());
    command.current_dir(&course.root).arg("test");
    if cfg!(not(debug_assertions)) {
        command.arg("--release");
    }
    if let Ok(this) = std::env::current_exe()
        // target/debug/deps/everything-…
        && let Some(target) = this.ancestors().nth(3)
        && this.parent().is_some_and(|folder| folder.ends_with("deps"))
    {
        command.arg("--target-dir").arg(target);
    }
    command
}

/// Runs cargo as a reader sees it: what it says of its progress goes where our own words go. What it
/// prints for programs is returned, if it succeeds.
fn follow(mut command: Command, cancel: &Cancel) -> Result<Option<String>> {
    // In our own process group, so that a terminal's Ctrl-C reaches it, too.
    command.stdin(Stdio::null()).stdout(Stdio::piped());
    let mut child = command
        .spawn()
        .map_err(|error| cargo::cannot_start(&error))?;
    let printed = child.stdout.take();
    let reader = thread::spawn(move || {
        let mut text = Vec::new();
        if let Some(mut printed) = printed {
            // What was read until then is there.
            let _ = std::io::Read::read_to_end(&mut printed, &mut text);
        }
        String::from_utf8_lossy(&text).into_owned()
    });
    let status = loop {
        if cancel.is_cancelled() {
            // It may be gone already.
            let _ = child.kill();
        }
        match child.try_wait() {
            Ok(None) => thread::sleep(PAUSE),
            Ok(Some(status)) => break status,
            Err(error) => return Err(cargo::cannot_start(&error)),
        }
    };
    if cancel.is_cancelled() {
        return Err(cargo::cancelled());
    }
    let messages = reader.join().unwrap_or_default();
    Ok(status.success().then_some(messages))
}

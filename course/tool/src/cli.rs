//! The command line: what can be asked, and who answers.

mod author;
mod look;
mod progress;
pub mod select;
mod stack;
mod stuck;

use std::env;
use std::ffi::OsString;
use std::io::{self, IsTerminal};
use std::process::{self, ExitCode};
use std::sync::atomic::{AtomicU8, Ordering::Relaxed};
use std::thread;
use std::time::Duration;

use clap::{Parser, Subcommand};

use crate::check::{Cancel, Models};
use crate::course::Course;
use crate::problem::{Problem, Result};
use crate::signals::{self, Signal, Stops};
use crate::{backup, screen, watch};

/// Exit status if something asked for is not solved.
const EXIT_UNSOLVED: u8 = 1;
/// Exit status if the question could not be answered. It is clap's, too.
const EXIT_PROBLEM: u8 = 2;

/// The exit status for the signal that has come; zero if none has.
static INTERRUPTED: AtomicU8 = AtomicU8::new(0);
/// How long a stopped child may take to be gone.
const GRACE: Duration = Duration::from_millis(500);

/// Reads the book with you, checks your exercises and shows what is next.
///
/// Without a command: builds the book, prints its address, and checks your exercise on every save.
#[derive(Debug, Parser)]
#[command(name = "cargo course", bin_name = "cargo course")]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Where you are: a bar per chapter, and what is next
    Status,
    /// Every exercise with its verdict
    List,
    /// Check everything, a chapter (1) or an exercise (1.4)
    Check {
        /// A chapter (1) or an exercise (1.4, or block-on)
        what: Vec<String>,
        /// Run the models too: every order of threads that matters. From chapter 5 on they always run
        #[arg(long)]
        loom: bool,
        /// Run no models
        #[arg(long, conflicts_with = "loom")]
        no_loom: bool,
        /// Run the tests under Miri, which finds undefined behaviour
        #[arg(long)]
        miri: bool,
    },
    /// Check the current exercise on every save
    Watch,
    /// One more hint each time
    Hint {
        /// The exercise (1.4, or block-on); without one, the current exercise
        exercise: Vec<String>,
    },
    /// The difference between your answer and ours
    Solution {
        /// The exercise (1.4, or block-on)
        #[arg(required = true)]
        exercise: Vec<String>,
        /// Do not ask, even while it is unsolved
        #[arg(long)]
        yes: bool,
    },
    /// Start an exercise (1.4) or a chapter (1) anew; keeps a copy
    Reset {
        /// A chapter (1) or an exercise (1.4, or block-on)
        #[arg(required = true)]
        what: Vec<String>,
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
    /// Run an example of a chapter; without a name, list them
    Run {
        /// The chapter, such as 1
        chapter: String,
        /// The example's name
        example: Option<String>,
        /// On your chapter as it stands, and below it on yours that are solved
        #[arg(long)]
        mine: bool,
        /// What the example is given, after `--`
        #[arg(last = true)]
        arguments: Vec<OsString>,
    },
    /// Build the stack of your own chapters, with ours where yours are not solved
    Mine,
    /// Your runtime against tokio and smol (comes with chapter 10)
    Race,
    /// Build the book and print its address
    Book,
    /// For authors: write the skeletons from the solutions
    Skeleton {
        /// The chapter; without one, all
        chapter: Option<String>,
        /// Write nothing; fail if one is out of date
        #[arg(long)]
        check: bool,
    },
    /// For authors: prove that each hole fails its test and each wrong answer is caught
    Prove {
        /// The chapter; without one, all
        chapter: Option<String>,
    },
    /// For authors: draw the run of a model that fails with a wrong answer
    Schedule {
        /// The chapter, such as 5
        chapter: String,
        /// The wrong answer's name; without one, all whose pictures are kept
        name: Option<String>,
        /// The model, as `target::test` or `target`; without one, the test that catches the answer
        test: Option<String>,
        /// Keep the picture for the book
        #[arg(long)]
        record: bool,
    },
    /// For authors: everything that is checked before a change is taken in
    Ci,
}

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

/// Runs the tool with the arguments of this process.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    let answered = answer(cli.command);
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

fn answer(command: Option<Command>) -> Result<Outcome> {
    if let Some(Command::Race) = command {
        return Err(Problem::new(
            "There is nothing to race yet: `race` comes with chapter 10, the full runtime",
            "`cargo course status` shows what there is to do now",
        ));
    }
    let course = find_course()?;
    let watches = matches!(command, None | Some(Command::Watch));
    if watches && screen::is_terminal() {
        return watch::run(course);
    }
    below_cargo();
    let cancel = cancel_on_signals();
    match command {
        None => look::arrive(&course, &cancel),
        Some(Command::Watch) => watch::run_plain(course, &cancel),
        Some(Command::Status) => look::status(&course, &cancel),
        Some(Command::List) => look::list(&course, &cancel),
        Some(Command::Check {
            what,
            loom,
            no_loom,
            miri,
        }) => {
            let models = match (loom, no_loom) {
                (true, _) => Models::All,
                (_, true) => Models::None,
                _ => Models::AsTheChapterSays,
            };
            look::check(&course, &cancel, &what, models, miri)
        }
        Some(Command::Hint { exercise }) => stuck::hint(&course, &cancel, &exercise),
        Some(Command::Solution { exercise, yes }) => {
            stuck::solution(&course, &cancel, &exercise, yes)
        }
        Some(Command::Reset { what, yes }) => stuck::reset(&course, &what, yes),
        Some(Command::Run {
            chapter,
            example,
            mine,
            arguments,
        }) => stack::run(
            &course,
            &cancel,
            &chapter,
            example.as_deref(),
            mine,
            &arguments,
        ),
        Some(Command::Mine) => stack::mine(&course, &cancel),
        Some(Command::Book) => stack::book(&course),
        Some(Command::Skeleton { chapter, check }) => {
            author::skeleton(&course, chapter.as_deref(), check)
        }
        Some(Command::Prove { chapter }) => author::prove(&course, &cancel, chapter.as_deref()),
        Some(Command::Schedule {
            chapter,
            name,
            test,
            record,
        }) => author::schedule(
            &course,
            &cancel,
            &chapter,
            name.as_deref().map(|name| (name, test.as_deref())),
            record,
        ),
        Some(Command::Ci) => author::ci(&course, &cancel),
        Some(Command::Race) => unreachable!("answered above"),
    }
}

/// An empty line between what cargo says of its own before it runs us and what we say.
fn below_cargo() {
    let is_run_by_cargo = env::var_os("CARGO").is_some() && env::var_os("CARGO_PKG_NAME").is_some();
    if is_run_by_cargo && io::stderr().is_terminal() && io::stdout().is_terminal() {
        eprintln!();
    }
}

fn find_course() -> Result<Course> {
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
fn cancel_on_signals() -> Cancel {
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

//! The command line: what an author can ask.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use course::cli::start::{self, Outcome};
use course::problem::Result;

use crate::author;
use crate::soak::Soak;

/// Writes the course from its solutions, proves it, and checks a change as CI does.
#[derive(Debug, Parser)]
#[command(name = "cargo press", bin_name = "cargo press")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Write the skeletons from the solutions
    Skeleton {
        /// The chapter; without one, all
        chapter: Option<String>,
        /// Write nothing; fail if one is out of date
        #[arg(long)]
        check: bool,
    },
    /// Make all that a new exercise touches
    New {
        /// Its number, such as 1.8
        id: String,
        /// Its name, such as timer-reset
        name: String,
        /// The file of the solution that it goes to, such as src/timer.rs; without one, a new module
        #[arg(long, value_name = "FILE")]
        file: Option<PathBuf>,
    },
    /// Prove that each hole fails its test and each wrong answer is caught
    Prove {
        /// The chapter, an exercise such as 6.3, or a part such as 5.9; without one, all
        chapter: Option<String>,
    },
    /// How much of each chapter its reader writes, in both ways
    Share,
    /// Draw the run of a model that fails with a wrong answer
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
    /// Run the tests for many rounds, several copies at once, to find those that fail by chance
    Soak {
        /// Only test programs in whose name this is, such as channels::mpsc
        filter: Option<String>,
        /// How often each is run, by each copy
        #[arg(long, default_value_t = 25)]
        rounds: usize,
        /// How many copies run at once
        #[arg(long, default_value_t = 8)]
        copies: usize,
        /// Each test in a process of its own, as a reader's check runs it
        #[arg(long)]
        alone: bool,
    },
    /// Everything that is checked before a change is taken in
    Ci {
        /// Only this step; may be given more than once
        #[arg(long, value_name = "STEP")]
        only: Vec<String>,
        /// Name the steps, and run none
        #[arg(long, conflicts_with = "only")]
        list: bool,
    },
}

/// Runs the press with the arguments of this process.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    start::answered(|| answer(cli.command))
}

fn answer(command: Command) -> Result<Outcome> {
    let course = start::find_course()?;
    start::below_cargo();
    let cancel = start::cancel_on_signals();
    match command {
        Command::Skeleton { chapter, check } => {
            author::skeleton(&course, chapter.as_deref(), check)
        }
        Command::New { id, name, file } => author::new(&course, &id, name, file),
        Command::Prove { chapter } => author::prove(&course, &cancel, chapter.as_deref()),
        Command::Share => author::share(&course),
        Command::Schedule {
            chapter,
            name,
            test,
            record,
        } => author::schedule(
            &course,
            &cancel,
            &chapter,
            name.as_deref().map(|name| (name, test.as_deref())),
            record,
        ),
        Command::Soak {
            filter,
            rounds,
            copies,
            alone,
        } => {
            let soak = Soak {
                rounds,
                copies,
                filter,
                alone,
            };
            author::soak(&course, &cancel, &soak)
        }
        Command::Ci { list: true, .. } => author::list_steps(),
        Command::Ci { only, .. } => author::ci(&course, &cancel, &only),
    }
}

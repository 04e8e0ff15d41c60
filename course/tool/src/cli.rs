//! The command line: what can be asked, and who answers.

mod look;
mod progress;
mod race;
pub mod select;
mod stack;
pub mod start;
mod stuck;
mod ways;

use std::ffi::OsString;
use std::io::{self, IsTerminal};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::check::Models;
use crate::part::Way;
use crate::problem::Result;
use crate::{report, screen, watch};

use self::start::Outcome;

/// Reads the book with you, checks your exercises and shows what is next.
///
/// Without a command: builds the book, prints its address, and checks your exercise on every save.
#[derive(Debug, Parser)]
#[command(name = "cargo course", bin_name = "cargo course", version)]
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
        /// Run no loom models, which try every order of threads once the tests pass
        #[arg(long)]
        no_loom: bool,
        /// Run the tests under Miri, which finds undefined behaviour
        #[arg(long)]
        miri: bool,
        /// Show all that your code prints, not only the last lines
        #[arg(long)]
        output: bool,
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
    /// Build a part (5.9, or oneshot) as a whole, from what is public and its tests; keeps what you wrote
    Open {
        /// The part, or an exercise of it
        #[arg(required = true)]
        part: Vec<String>,
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
    /// Do a part exercise by exercise again; keeps what you wrote
    Guided {
        /// The part, or an exercise of it
        #[arg(required = true)]
        part: Vec<String>,
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
        /// Record what its threads and tasks do, and draw it
        #[arg(long)]
        trace: bool,
        /// What the example is given, after `--`
        #[arg(last = true)]
        arguments: Vec<OsString>,
    },
    /// Draw what a program of your own has recorded: see `reveille::trace`
    Trace {
        /// The folder that it was recorded to
        folder: PathBuf,
    },
    /// Build the stack of your own chapters, with ours where yours are not solved
    Mine,
    /// A scheduler against tokio's, as a table and a picture: `race 4`
    Race {
        /// The chapter, which is 4
        chapter: Option<String>,
        /// Your scheduler, where its exercises are solved
        #[arg(long)]
        mine: bool,
        /// How often each row is raced
        #[arg(long, default_value_t = 31, value_parser = clap::value_parser!(u16).range(1..))]
        rounds: u16,
    },
    /// Build the book and print its address
    Book,
}

/// Runs the tool with the arguments of this process.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    start::answered(|| answer(cli.command))
}

fn answer(command: Option<Command>) -> Result<Outcome> {
    let course = start::find_course()?.as_read();
    let watches = matches!(command, None | Some(Command::Watch));
    if watches && screen::is_terminal() {
        return watch::run(course);
    }
    start::below_cargo();
    let cancel = start::cancel_on_signals();
    match command {
        // A terminal on which nothing can be drawn, such as that of an editor.
        None if io::stdout().is_terminal() => watch::run_plain(course, &cancel),
        None => look::arrive(&course, &cancel),
        Some(Command::Watch) => watch::run_plain(course, &cancel),
        Some(Command::Status) => look::status(&course, &cancel),
        Some(Command::List) => look::list(&course, &cancel),
        Some(Command::Check {
            what,
            no_loom,
            miri,
            output,
        }) => {
            let models = match no_loom {
                true => Models::None,
                false => Models::All,
            };
            let lines_max = match output {
                true => usize::MAX,
                false => report::PRINTED_LINES,
            };
            look::check(&course, &cancel, &what, models, miri, lines_max)
        }
        Some(Command::Hint { exercise }) => stuck::hint(&course, &cancel, &exercise),
        Some(Command::Solution { exercise, yes }) => {
            stuck::solution(&course, &cancel, &exercise, yes)
        }
        Some(Command::Reset { what, yes }) => stuck::reset(&course, &what, yes),
        Some(Command::Open { part, yes }) => ways::switch(&course, &part, Way::Open, yes),
        Some(Command::Guided { part, yes }) => ways::switch(&course, &part, Way::Guided, yes),
        Some(Command::Run {
            chapter,
            example,
            mine,
            trace,
            arguments,
        }) => stack::run(
            &course,
            &cancel,
            &chapter,
            example.as_deref(),
            mine,
            trace,
            &arguments,
        ),
        Some(Command::Trace { folder }) => stack::trace(&course, &folder),
        Some(Command::Mine) => stack::mine(&course, &cancel),
        Some(Command::Book) => stack::book(&course),
        Some(Command::Race {
            chapter,
            mine,
            rounds,
        }) => race::race(&course, &cancel, chapter.as_deref(), mine, rounds),
    }
}

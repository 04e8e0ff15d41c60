//! All tests of the course on one screen: what plain `cargo test` runs.
//!
//! cargo prints a line for each of a thousand tests, and runs one program after another. Here each package
//! has one line, and the programs of several packages run at once. What a failing test said is printed
//! whole, and so is the command that runs it alone.
//!
//! ```text
//! the members of the workspace ─► cargo test --no-run ─► its test programs ─┐
//!                                 cargo test --doc ◄───── its libraries ────┤
//!                                                                           v
//!                                 a line for each package, then each failure, then the sum
//! ```
//!
//! # Left out
//!
//! The reader's chapters, which `cargo course check` is for, and the tests of this crate, which no reader
//! builds.

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::thread;
use std::time::Instant;

use course::check::Cancel;
use course::cli::start::{self, Outcome};
use course::course::Course;
use course::problem::Result;

mod arguments;
mod member;
mod program;
mod ran;
mod tally;

use arguments::Arguments;
use program::Program;
use ran::Ran;
use tally::Tally;

/// Runs all tests with the arguments of this process.
pub fn main() -> ExitCode {
    start::answered(|| {
        let arguments = Arguments::new(std::env::args().skip(1));
        let course = start::find_course()?;
        let cancel = start::cancel_on_signals();
        run(&course, &arguments, &cancel)
    })
}

/// The exit status of a test program in which a test failed.
const FAILED: u8 = 101;

fn run(course: &Course, arguments: &Arguments, cancel: &Cancel) -> Result<Outcome> {
    let members = member::tested(course)?;
    let Some(programs) = program::build(course, &members, arguments, cancel)? else {
        // cargo has said why.
        return Ok(Outcome::Status(FAILED));
    };
    let started = Instant::now();
    let tally = Mutex::new(Tally::new(&programs, arguments));
    run_all(&programs, arguments, cancel, &|program, ran| {
        tally.lock().expect("no thread panics").add(program, ran);
    })?;
    let tally = tally.into_inner().expect("no thread panics");
    tally.print_failures();
    println!("\n{}\n", tally.sum(started.elapsed()));
    Ok(match tally.is_fine() {
        true => Outcome::Fine,
        false => Outcome::Status(FAILED),
    })
}

/// Runs the programs, some at once. Those that stand in each other's way run one after another.
fn run_all(
    programs: &[Program],
    arguments: &Arguments,
    cancel: &Cancel,
    done: &(dyn Fn(&Program, Ran) + Sync),
) -> Result<()> {
    let lanes = program::lanes(programs);
    let begun = AtomicUsize::new(0);
    let finished = AtomicUsize::new(0);
    let problem = Mutex::new(None);
    let work = || {
        // ORDERING: Relaxed; the numbers only have to differ.
        while let Some(lane) = lanes.get(begun.fetch_add(1, Relaxed)) {
            for program in lane {
                match program.run(arguments, cancel) {
                    Ok(ran) => {
                        done(program, ran);
                        // ORDERING: Relaxed; a number to be shown.
                        let count = finished.fetch_add(1, Relaxed) + 1;
                        show(count, programs.len());
                    }
                    Err(why) => {
                        *problem.lock().expect("no thread panics") = Some(why);
                        return;
                    }
                }
            }
        }
    };
    let workers = thread::available_parallelism().map_or(2, usize::from);
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(work);
        }
    });
    show_nothing();
    match problem.into_inner().expect("no thread panics") {
        Some(problem) => Err(problem),
        None => Ok(()),
    }
}

/// Shows how far we are, in a terminal.
fn show(done: usize, of: usize) {
    let mut stderr = io::stderr().lock();
    if stderr.is_terminal() {
        // A terminal that cannot be written to shows nothing.
        let _ = write!(stderr, "\r{done} of {of} test programs").and_then(|()| stderr.flush());
    }
}

/// Clears what [`show`] has shown.
fn show_nothing() {
    let mut stderr = io::stderr().lock();
    if stderr.is_terminal() {
        let _ = write!(stderr, "\r\x1b[K").and_then(|()| stderr.flush());
    }
}

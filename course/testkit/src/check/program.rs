//! A program of the reader's own, started as a process, given its input, and judged by what it prints.
//!
//! The program is a module of its test ([`program!`](crate::program)). To start it, the executable of the test is
//! started once more, with the name of the same test; there [`Rule::program`] runs the program, and not the test.
//!
//! ```text
//!   the test                                      the program
//!   Rule::program ── starts itself once more ──>  Rule::program
//!     body                                          within: main
//!       Program::run: lines ────────────────────────> standard input
//!       Ran          <──────────────────────────────── standard output, exit
//! ```
//!
//! A program that goes on while the test talks to it is [driven](crate::Running) instead.
//!
//! So a test is one program for cargo, and no other test has to be built with it. The kit watches `main` as it
//! watches any test: a program that hangs says so itself, in the words of a diagnosis.

use std::fmt::Display;
use std::fs;
use std::io::{Read, Write};
use std::panic::{self, AssertUnwindSafe};
use std::process::{self, Child, Command, ExitCode, ExitStatus, Stdio};
use std::thread;

use crate::watch::run::number_of_this_thread;
use crate::watch::within::supervise;
use crate::words::exercise::LIMIT;
use crate::words::rule::Rule;
use crate::words::threads::own_id;

/// Takes in the program `programs/NAME.rs` of this package as the module `program`, with a function `start` for
/// [`Rule::program`].
#[macro_export]
macro_rules! program {
    ($name:literal) => {
        mod program {
            include!(concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/programs/",
                $name,
                ".rs"
            ));

            pub fn start() -> ::std::process::ExitCode {
                ::std::process::Termination::report(main())
            }
        }
    };
}

/// A program that a test can run, as often as it likes.
#[derive(Debug)]
pub struct Program {
    pub(crate) rule: Rule,
    /// The name of the test, by which its executable is told to run it.
    test: String,
}

/// What a program did that came to its end.
#[derive(Clone, Debug)]
pub struct Ran {
    /// What it was given.
    input: String,
    /// What it printed, line by line.
    pub lines: Vec<String>,
    /// What it printed to standard error.
    pub errors: String,
    /// What it exited with.
    pub code: i32,
    /// How many threads it started in all. None if it ended in another way than by the end of `main`.
    pub threads: Option<usize>,
    /// How many bytes its memory has grown by, at its largest. None if the system does not say, or if the program
    /// ended in another way than by the end of `main`.
    pub grown: Option<u64>,
}

/// In the environment of the process that is to be the program: what it is given, for the diagnosis of a hang.
const IS_PROGRAM: &str = "TESTKIT_PROGRAM";

/// In the environment of the process that is to be the program: how many times the usual limit it may take.
const PATIENCE: &str = "TESTKIT_PATIENCE";
const SINGLE: u32 = 1;

/// Around what the program prints. It stands in no text that a program has a reason to print.
const MARK: char = '\u{1}';

/// What a process exits with in which a test failed, or `main` panicked.
const FAILED: i32 = 101;

impl Rule {
    /// A test of a program: runs `body`, which can start the program. `start` is that of
    /// [`program!`](crate::program).
    ///
    /// In the process that is the program, this does not return. If `main` does not come to its end there, this is
    /// told as for [`Rule::within`], and if it panics, as a break of this rule.
    ///
    /// # Panics
    ///
    /// If `body` panics. If this is not the thread of a test, which has the test's name.
    #[track_caller]
    pub fn program(self, start: fn() -> ExitCode, body: impl FnOnce(&Program)) {
        if let Ok(given) = std::env::var(IS_PROGRAM) {
            be_the_program(self, start, &given);
        }
        let thread = thread::current();
        let test = thread.name().expect("a test's thread has its name");
        body(&Program {
            rule: self,
            test: test.to_owned(),
        });
    }
}

impl Program {
    /// Runs the program with these lines as its standard input, to its end.
    ///
    /// # Panics
    ///
    /// If the program hangs, panics or crashes. If it cannot be started.
    #[track_caller]
    pub fn run(&self, input: &str) -> Ran {
        let mut child = self.start(&shown(input), SINGLE);
        let (stdin, stdout, stderr) =
            (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let (printed, errors) = thread::scope(|scope| {
            // Each pipe has a thread of its own: a full one stops the program.
            scope.spawn(move || {
                // A program may end before it has read everything.
                let _ = stdin.expect("it is piped").write_all(input.as_bytes());
            });
            let errors = scope.spawn(move || text(stderr.expect("it is piped")));
            let printed = text(stdout.expect("it is piped"));
            (printed, errors.join().expect("reading does not panic"))
        });
        let status = child.wait().expect("the program was started");
        self.judge(input, &printed, errors, status)
    }

    /// Starts the program. `patience` times its limit is how long it may take.
    pub(crate) fn start(&self, given: &str, patience: u32) -> Child {
        let executable = std::env::current_exe().expect("a test knows its executable");
        Command::new(executable)
            .args(["--exact", &self.test, "--nocapture"])
            .env(IS_PROGRAM, given)
            .env(PATIENCE, patience.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the test can be started once more")
    }

    /// What a process did that has ended: what it was given, all that it printed, and its status.
    ///
    /// # Panics
    ///
    /// If it hung, panicked or crashed.
    #[track_caller]
    pub(crate) fn judge(
        &self,
        input: &str,
        printed: &str,
        errors: String,
        status: ExitStatus,
    ) -> Ran {
        // In it is the hole that the program ran into, or the diagnosis of a hang.
        eprint!("{errors}");
        let mut counts = part(printed, COUNTS).split_whitespace();
        let mut ran = Ran {
            input: input.to_owned(),
            lines: own_text(printed).lines().map(str::to_owned).collect(),
            errors,
            code: FAILED,
            threads: counts.next().and_then(|word| word.parse().ok()),
            grown: counts.next().and_then(|word| word.parse().ok()),
        };
        match status.code() {
            // It has written the report itself.
            Some(FAILED) => panic!("{}", ran.seen("the program did not come to a good end")),
            Some(code) => ran.code = code,
            None => self
                .rule
                .fail(ran.seen(format_args!("the program crashed: {status}"))),
        }
        ran
    }
}

impl Ran {
    /// Checks that the program printed these lines, and no others.
    ///
    /// # Panics
    ///
    /// If it did not, with the first line that differs.
    #[track_caller]
    pub fn check_lines(&self, rule: Rule, expected: &[&str]) {
        for place in 0..self.lines.len().max(expected.len()) {
            let own = self.lines.get(place).map(String::as_str);
            let other = expected.get(place).copied();
            let differs = match (own, other) {
                (Some(own), Some(other)) if own == other => continue,
                (Some(own), Some(other)) => format!("is `{own}`, but expected `{other}`"),
                (Some(own), None) => format!("is `{own}`, but expected no more lines"),
                (None, other) => format!("is missing: `{}`", other.unwrap_or_default()),
            };
            rule.fail(self.seen(format_args!("line {} {differs}", place + 1)));
        }
    }

    /// What was seen, with what the program was given and what it printed.
    pub fn seen(&self, what: impl Display) -> String {
        format!(
            "{what}\nthe program was given:\n{}\nit printed:\n{}",
            shown(&self.input),
            shown(&self.lines.join("\n")),
        )
    }
}

/// Parts of what a process prints, between its marks. Before the first is what the harness has printed.
const THREAD: usize = 1;
const OWN: usize = 2;
const COUNTS: usize = 3;

fn part(printed: &str, number: usize) -> &str {
    printed.split(MARK).nth(number).unwrap_or_default()
}

/// The part of what a process has printed so far that the program has.
pub(crate) fn own_text(printed: &str) -> &str {
    part(printed, OWN).trim_start_matches('\n')
}

/// The thread of the program's `main`, by its number for the system, as soon as it is known.
pub(crate) fn thread_of(printed: &str) -> Option<u32> {
    part(printed, THREAD).parse().ok()
}

/// More lines than these are not shown.
const SHOWN: usize = 24;

/// The first lines of a text, for a message.
pub(crate) fn shown(text: &str) -> String {
    let lines = text.lines().take(SHOWN);
    let mut lines: Vec<String> = lines.map(|line| format!("  | {line}")).collect();
    let more = text.lines().count() - lines.len();
    if 0 < more {
        lines.push(format!("  … and {more} more lines"));
    }
    lines.join("\n")
}

/// All that comes out of a pipe.
pub(crate) fn text(mut pipe: impl Read) -> String {
    let mut bytes = Vec::new();
    // What was read until then is kept.
    let _ = pipe.read_to_end(&mut bytes);
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Runs `main` under the eyes of the kit, and ends the process as `main` has ended.
fn be_the_program(rule: Rule, start: fn() -> ExitCode, given: &str) -> ! {
    let main = move || {
        println!("{MARK}{}{MARK}", own_id().unwrap_or(0));
        let (first, before) = (number_of_this_thread(), memory("VmRSS:"));
        let code = start();
        // Threads are numbered in the order in which they are started.
        let last = thread::spawn(number_of_this_thread).join();
        let threads = last.expect("it does not panic") - first - 1;
        let grown = memory("VmHWM:").zip(before);
        let grown = grown.map(|(most, before)| most.saturating_sub(before));
        let grown = grown.map_or_else(|| "?".to_owned(), |bytes| bytes.to_string());
        (code, format!("{threads} {grown}"))
    };
    let meaning = format!("the program has not come to its end. It was given:\n{given}");
    // For as long as the process lives.
    let at_the_end = Some((rule, &*meaning.leak()));
    let patience = std::env::var(PATIENCE).ok();
    let patience = patience.and_then(|number| number.parse().ok());
    let limit = LIMIT * patience.unwrap_or(SINGLE);
    let ended = || supervise(Some(rule), limit, "the program", at_the_end, main);
    match panic::catch_unwind(AssertUnwindSafe(ended)) {
        Ok((code, counts)) => {
            println!("{MARK}{counts}");
            let codes = 0..=u8::MAX;
            let mut same = codes.filter(|number| ExitCode::from(*number) == code);
            process::exit(same.next().map_or(1, i32::from))
        }
        Err(_) => process::exit(FAILED),
    }
}

/// A line of what the system says of this process's memory, in bytes.
fn memory(line: &str) -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let value = status.lines().find_map(|text| text.strip_prefix(line))?;
    let kib: u64 = value.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kib * 1024)
}

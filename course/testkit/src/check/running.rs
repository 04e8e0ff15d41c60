//! A program that the test talks to while it runs, such as a server.
//!
//! The test waits for what the program is to do next. No clock says when that is too late: a test that waits looks
//! at the program's thread meanwhile. While it runs, or wants to run, the answer may still come. If it sleeps, and
//! has slept at each of many looks without a wake in between, it waits for the test as the test waits for it, and
//! nothing will come.
//!
//! # Left out
//!
//! Other threads of the program are not looked at. Nor is a timer of the program's: a test waits for nothing that
//! is due later than [`RESTS`] looks from now.

use std::fmt::Display;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, ExitStatus};
use std::sync::mpsc::{Receiver, channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::check::program::{Program, Ran, own_text, shown, text, thread_of};
use crate::words::lock::Lock;

/// A program that runs, in the hands of a test. See [`Program::drive`].
#[derive(Debug)]
pub struct Running<'a> {
    program: &'a Program,
    child: Lock<Child>,
    /// `None` when the test has come to its end.
    input: Lock<Option<ChildStdin>>,
    output: Lock<Output>,
    errors: Lock<Option<JoinHandle<String>>>,
    /// What happened so far, for a message.
    log: Lock<String>,
}

/// What the program prints.
#[derive(Debug)]
struct Output {
    pieces: Receiver<String>,
    /// All of it so far, with what the harness and the kit print.
    printed: String,
    /// How many of the program's lines the test has had.
    taken: usize,
}

/// How long the test waits before it looks at the program's thread again.
pub(crate) const LOOK: Duration = Duration::from_millis(25);

/// After so many looks at which the program slept, and had not been awake in between, nothing will come.
pub const RESTS: u32 = 40;

/// Where the system does not say what a thread does.
const LAST_RESORT: Duration = Duration::from_secs(120);

/// So many times its usual limit has a program that is driven: its test may have to wait for a processor.
const PATIENCE: u32 = 24;

impl Program {
    /// Starts the program, and has `with` talk to it. Then its standard input ends, and it has to come to its end.
    ///
    /// # Panics
    ///
    /// If `with` does. If the program hangs, panics or crashes.
    #[track_caller]
    pub fn drive(&self, with: impl FnOnce(&Running<'_>)) -> Ran {
        let running = Running::start(self);
        with(&running);
        *running.input.lock() = None;
        running.wait_for_end();
        running.ran()
    }
}

impl<'a> Running<'a> {
    fn start(program: &'a Program) -> Running<'a> {
        let mut child = program.start("  | (a test talks to it)", PATIENCE);
        let (stdin, stdout, stderr) =
            (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let stdout = BufReader::new(stdout.expect("it is piped"));
        let stderr = stderr.expect("it is piped");
        let (sender, pieces) = channel();
        thread::spawn(move || {
            for piece in pieces_of(stdout) {
                let _ = sender.send(piece);
            }
        });
        let output = Output {
            pieces,
            printed: String::new(),
            taken: 0,
        };
        Running {
            program,
            child: Lock::new(child),
            input: Lock::new(stdin),
            output: Lock::new(output),
            errors: Lock::new(Some(thread::spawn(move || text(stderr)))),
            log: Lock::new(String::new()),
        }
    }

    /// Gives the program a line on its standard input.
    pub fn tell(&self, line: &str) {
        self.note(format_args!("standard input: {line}"));
        if let Some(input) = &mut *self.input.lock() {
            // A program may have ended. What the test waits for next says so.
            let _ = writeln!(input, "{line}");
        }
    }

    /// The next line that the program prints.
    ///
    /// # Panics
    ///
    /// If there is none, and none will come.
    #[track_caller]
    pub fn line(&self) -> String {
        let line = self.wait_for("the program prints no line", || {
            let mut output = self.output.lock();
            output.next_line().or_else(|| {
                output.take_in();
                output.next_line()
            })
        });
        self.note(format_args!("standard output: {line}"));
        line
    }

    /// Waits until the program has come to its end. Its standard input does not end before that.
    ///
    /// # Panics
    ///
    /// If it sleeps instead.
    #[track_caller]
    pub fn wait_for_end(&self) {
        self.wait_for("the program has not come to its end", || {
            let has_ended = self.status();
            if has_ended.is_none() {
                thread::sleep(LOOK);
            }
            has_ended
        });
    }

    /// Waits until `get` has something. It is to wait for [`LOOK`] itself, at most.
    #[track_caller]
    pub(crate) fn wait_for<T>(&self, saw: &str, mut get: impl FnMut() -> Option<T>) -> T {
        let begin = Instant::now();
        let mut rests = 0;
        let mut last = None;
        loop {
            // In this order: what it did before its end is still to be had after that.
            let has_ended = self.status().is_some();
            if let Some(value) = get() {
                return value;
            }
            let picture = self.picture();
            rests = match picture.is_some() && picture == last {
                true => rests + 1,
                false => 0,
            };
            last = picture;
            if has_ended {
                self.fail(format_args!("{saw}, and has ended"));
            }
            if RESTS <= rests || LAST_RESORT < begin.elapsed() {
                self.fail(format_args!(
                    "{saw}: it sleeps, and nothing is left to wake it"
                ));
            }
        }
    }

    /// Writes something down that a message is to tell.
    pub(crate) fn note(&self, what: impl Display) {
        let mut log = self.log.lock();
        log.push_str(&format!("{what}\n"));
    }

    /// Says that the rule of this test is broken, with what has happened so far.
    ///
    /// # Panics
    ///
    /// Always. If the program has panicked, or ran into a hole, with that.
    #[track_caller]
    pub fn fail(&self, saw: impl Display) -> ! {
        let saw = format!("{saw}\nwhat happened, at last:\n{}", shown(&self.latest()));
        // A program that panics closes its connections, which the test sees, before it is gone.
        let mut last = None;
        for _ in 0..RESTS {
            let picture = self.picture();
            if self.status().is_some() || (picture.is_some() && picture == last) {
                break;
            }
            last = picture;
            thread::sleep(LOOK);
        }
        if self.status().is_some() {
            // This panics if the process has failed.
            self.ran();
        }
        self.program.rule.fail(saw)
    }

    /// The end of the log.
    fn latest(&self) -> String {
        const LINES: usize = 16;
        let log = self.log.lock();
        let skipped = log.lines().count().saturating_sub(LINES);
        let lines: Vec<&str> = log.lines().skip(skipped).collect();
        lines.join("\n")
    }

    /// What the process exited with, if it has.
    fn status(&self) -> Option<ExitStatus> {
        let status = self.child.lock().try_wait();
        status.expect("a child can be asked")
    }

    /// The sleep that the program's thread is in, if it sleeps: the same one as long as it is not awake in between.
    fn picture(&self) -> Option<String> {
        let mut output = self.output.lock();
        while let Ok(piece) = output.pieces.try_recv() {
            output.printed.push_str(&piece);
        }
        let thread = thread_of(&output.printed)?;
        let process = self.child.lock().id();
        let status = fs::read_to_string(format!("/proc/{process}/task/{thread}/status")).ok()?;
        let is_told = |line: &&str| line.starts_with("State:") || line.contains("ctxt_switches");
        let told: Vec<&str> = status.lines().filter(is_told).collect();
        let sleeps = told.first()?.contains("S (sleeping)");
        sleeps.then(|| told.join("\n"))
    }

    /// What the program did, which has ended.
    #[track_caller]
    fn ran(&self) -> Ran {
        let status = self.status().expect("it has ended");
        let mut output = self.output.lock();
        while let Ok(piece) = output.pieces.recv() {
            output.printed.push_str(&piece);
        }
        let printed = std::mem::take(&mut output.printed);
        drop(output);
        let errors = self.errors.lock().take();
        let errors = errors.and_then(|thread| thread.join().ok());
        self.program
            .judge(&self.latest(), &printed, errors.unwrap_or_default(), status)
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        let mut child = self.child.lock();
        // If the test has failed, the program may go on for ever.
        let _ = child.kill();
        let _ = child.wait();
    }
}

impl Output {
    /// Waits a while for something that the program prints.
    fn take_in(&mut self) {
        if let Ok(piece) = self.pieces.recv_timeout(LOOK) {
            self.printed.push_str(&piece);
        }
    }

    /// A line of the program's that is complete.
    fn next_line(&mut self) -> Option<String> {
        let own = own_text(&self.printed);
        let line = own.split_inclusive('\n').nth(self.taken)?;
        let line = line.strip_suffix('\n')?.to_owned();
        self.taken += 1;
        Some(line)
    }
}

/// What comes out of the process, as it comes.
fn pieces_of(mut stdout: BufReader<ChildStdout>) -> impl Iterator<Item = String> {
    std::iter::from_fn(move || {
        let mut piece = Vec::new();
        let read = stdout.read_until(b'\n', &mut piece).ok()?;
        (0 < read).then(|| String::from_utf8_lossy(&piece).into_owned())
    })
}

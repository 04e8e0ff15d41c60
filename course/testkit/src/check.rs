//! Holding the code under test to a rule.

pub(crate) mod peer;
pub(crate) mod program;
pub(crate) mod running;
mod small_stack;

use std::fmt::{Debug, Display};
use std::panic::{self, AssertUnwindSafe};
use std::task::Poll;

use crate::watch::run;
use crate::words::count;
use crate::words::panics::{self, PanicMessage};
use crate::words::poison;
use crate::words::report::{self, Report};
use crate::words::rule::Rule;

impl Rule {
    /// Holds the code under test to this rule. `saw` says what was seen if it does not hold.
    ///
    /// # Panics
    ///
    /// If `holds` is false, with the rule, what was seen, the exercise and its page.
    #[track_caller]
    pub fn check(self, holds: bool, saw: impl Display) {
        count::tick();
        if !holds {
            self.fail(saw);
        }
    }

    /// Checks that `saw` is `expected`. `what` names the thing compared: "wakes of task B".
    ///
    /// # Panics
    ///
    /// If they differ.
    #[track_caller]
    pub fn check_eq<T: PartialEq + Debug>(self, what: &str, saw: T, expected: T) {
        // A test that checks goes on: see `words::share`.
        count::tick();
        if saw != expected {
            let saw = format!("{saw:?}");
            let seen = match poison::is_from_freed(&saw) {
                true => "this was read from memory that has been freed already",
                false => &saw,
            };
            self.fail(format_args!("{what}: {seen}, but expected {expected:?}"));
        }
    }

    /// Says that the rule is broken.
    ///
    /// # Panics
    ///
    /// Always.
    #[track_caller]
    pub fn fail(self, saw: impl Display) -> ! {
        let report = Report::wrong(Some(self.exercise()), self.sentence(), saw.to_string());
        run::fail_here(report)
    }

    /// The value of a poll that has to be ready.
    ///
    /// # Panics
    ///
    /// If it is pending.
    #[track_caller]
    pub fn ready<T>(self, poll: Poll<T>, saw: impl Display) -> T {
        match poll {
            Poll::Ready(value) => value,
            Poll::Pending => self.fail(saw),
        }
    }

    /// Checks that a poll is pending.
    ///
    /// # Panics
    ///
    /// If it is ready.
    #[track_caller]
    pub fn pending<T>(self, poll: Poll<T>, saw: impl Display) {
        self.check(poll.is_pending(), saw);
    }

    /// Leaves word of what is done next, for the case that it crashes the process: then nobody
    /// else could say which rule was tried. Writes one line to the file that `COURSE_STEPS` names.
    pub fn step(self, doing: impl Display) {
        report::step(self, &doing.to_string());
    }

    /// Runs `f`, which has to panic, and returns what the panic said.
    ///
    /// The panic is not printed. A check that fails inside `f` is not what was expected, nor is
    /// the `todo!` of an exercise that is not started: these go on.
    ///
    /// # Panics
    ///
    /// If `f` returns.
    #[track_caller]
    pub fn panics<T>(self, f: impl FnOnce() -> T, saw: impl Display) -> PanicMessage {
        let result = panics::quietly(|| panic::catch_unwind(AssertUnwindSafe(f)));
        match result {
            Ok(_) => self.fail(saw),
            Err(payload) => {
                let message = PanicMessage::of(&*payload);
                if report::is_report(&message) || panics::is_hole(&message) {
                    // A new panic, as the first was not printed.
                    panic!("{message}");
                }
                message
            }
        }
    }

    /// Runs `f`, which has to panic, and checks that the panic names a line of `file`, in which `f` is
    /// written: so that whoever made the mistake is shown the line that has it. `what` names the call.
    ///
    /// # Panics
    ///
    /// If `f` returns, or if its panic names another file.
    #[track_caller]
    pub fn panics_in<T>(self, file: &str, what: &str, f: impl FnOnce() -> T) {
        self.panics(f, format_args!("{what} returned"));
        let seen = panics::take_last_file().unwrap_or_default();
        self.check(
            seen == file,
            format_args!("{what}: the panic names {seen}, and not {file}, where it was called"),
        );
    }

    /// Runs `f`, which must not panic, and returns its value. `saw` says what a panic means here:
    /// "the second poll panicked, though nothing is wrong with the first".
    ///
    /// For code whose panic is a likely mistake: the message of the panic alone would name neither
    /// the rule nor the exercise. A check that fails inside `f`, and the `todo!` of an exercise
    /// that is not started, go on as they are.
    ///
    /// # Panics
    ///
    /// If `f` panics: with the rule, `saw`, and the panics so far, those of other threads included.
    #[track_caller]
    pub fn returns<T>(self, f: impl FnOnce() -> T, saw: impl Display) -> T {
        panics::watch();
        let payload = match panic::catch_unwind(AssertUnwindSafe(f)) {
            Ok(value) => return value,
            Err(payload) => payload,
        };
        let message = PanicMessage::of(&*payload);
        if report::is_report(&message) || panics::is_hole(&message) {
            panic::resume_unwind(payload);
        }
        let panics: String = run::panics_so_far()
            .iter()
            .map(|note| {
                format!(
                    "\n{} panicked at {}: {}",
                    note.thread, note.place, note.message
                )
            })
            .collect();
        self.fail(format_args!("{saw}{panics}"))
    }
}

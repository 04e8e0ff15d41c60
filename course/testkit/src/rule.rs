//! What a test holds the code under test to, in one sentence.

use std::fmt::{Debug, Display};
use std::panic::{self, AssertUnwindSafe};
use std::task::Poll;

use crate::exercise::{Exercise, LIMIT};
use crate::memory;
use crate::panics::{self, PanicMessage};
use crate::report::{self, Report};
use crate::run;
use crate::within;

/// A rule of an exercise. Every check of a test goes through one, so that a failure can name it.
///
/// ```
/// use testkit::{Exercise, Rule};
///
/// const EX: Exercise = Exercise::new("1.1", "timer-future/poll.md");
/// const LATEST: Rule = EX.rule("A future that returns Pending keeps the waker of its latest poll.");
///
/// LATEST.check(1 + 1 == 2, "the second poll's waker was not woken");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    exercise: Exercise,
    sentence: &'static str,
}

impl Rule {
    pub(crate) const fn new(exercise: Exercise, sentence: &'static str) -> Rule {
        Rule { exercise, sentence }
    }

    /// The rule itself.
    pub const fn sentence(self) -> &'static str {
        self.sentence
    }

    /// The exercise that teaches it.
    pub const fn exercise(self) -> Exercise {
        self.exercise
    }

    /// Holds the code under test to this rule. `saw` says what was seen if it does not hold.
    ///
    /// # Panics
    ///
    /// If `holds` is false, with the rule, what was seen, the exercise and its page.
    #[track_caller]
    pub fn check(self, holds: bool, saw: impl Display) {
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
        if saw != expected {
            let saw = format!("{saw:?}");
            let seen = match memory::is_from_freed(&saw) {
                true => "this was read from memory that has been freed already",
                false => &saw,
            };
            self.fail(format_args!("{what}: {seen}, but expected {expected:?}"));
        }
    }

    /// [`Exercise::within`], for code that ends when all its futures do. If they have, and `f` still
    /// waits, it is this rule that is broken, and `meaning` says in which way.
    ///
    /// # Panics
    ///
    /// If `f` panics, or does not come to an end: then with the diagnosis.
    #[track_caller]
    pub fn within<T: Send + 'static>(
        self,
        what: &str,
        meaning: &'static str,
        f: impl FnOnce() -> T + Send + 'static,
    ) -> T {
        let at_the_end = Some((self, meaning));
        within::supervise(Some(self.exercise), LIMIT, what, at_the_end, f)
    }

    /// Says that the rule is broken.
    ///
    /// # Panics
    ///
    /// Always.
    #[track_caller]
    pub fn fail(self, saw: impl Display) -> ! {
        let report = Report::wrong(Some(self.exercise), self.sentence, saw.to_string());
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

    /// Runs `f` under loom in every interleaving, when built with `--cfg loom`; otherwise just
    /// calls it once. A failure that loom finds is reported as a break of this rule, with a picture
    /// of the run that failed: a lane for each thread (see [`lane`](crate::lane())), a row for each
    /// step. It is one with as few changes from thread to thread as will do.
    ///
    /// # Panics
    ///
    /// If `f` panics, or loom finds a deadlock, a leak or a race.
    #[track_caller]
    pub fn model(self, f: impl Fn() + Sync + Send + 'static) {
        self.model_with(0, f);
    }

    /// [`model`](Rule::model), for a failure that shows only where threads are interrupted at least
    /// `interruptions` times in all: so many are tried, also where `LOOM_MAX_PREEMPTIONS` says fewer.
    ///
    /// # Panics
    ///
    /// As `model`.
    #[track_caller]
    pub fn model_with(self, interruptions: usize, f: impl Fn() + Sync + Send + 'static) {
        #[cfg(not(loom))]
        {
            let _ = interruptions;
            f();
        }
        #[cfg(loom)]
        crate::model::check(self, interruptions, f);
    }
}

impl Display for Rule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.sentence)
    }
}

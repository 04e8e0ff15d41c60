//! What a failure says, and where it is written.
//!
//! One text for all: it is what the test panics with, and what the file of `COURSE_REPORT` holds
//! for `cargo course`.
//!
//! ```text
//! broken rule: A future that returns Pending keeps the waker of its latest poll.
//!   what was seen: task B was polled last, but task A was woken
//!   exercise 1.1 · book/src/timer-future/poll.md
//! ```

use std::fmt::{self, Display};
use std::fs;
use std::io::Write;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;

use model::lanes;
#[cfg(loom)]
use model::record;
use model::run::{Run, Unnamed};

use crate::words::exercise::Exercise;
use crate::words::lock::Lock;
use crate::words::own::uncounted;
use crate::words::rule::Rule;

/// A broken rule, and what was seen of it.
#[derive(Clone, Debug)]
pub(crate) struct Report {
    verdict: Verdict,
    exercise: Option<Exercise>,
    rule: String,
    saw: String,
    /// What the threads of a model did until it failed.
    run: Option<Box<Run>>,
}

/// The two outcomes that the kit itself can see. A crash is seen by whoever started the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Wrong,
    Hangs,
}

/// Names the file to which the first failure of the process is written.
const REPORT_VARIABLE: &str = "COURSE_REPORT";

/// Names the file to which [`Rule::step`] appends.
const STEPS_VARIABLE: &str = "COURSE_STEPS";

const FIRST_WORDS: &str = "broken rule: ";

/// Lines are broken to this many characters.
const WIDTH: usize = 100;

/// Whether a report was written. The first failure is the cause, those after it its consequences.
static WRITTEN: AtomicBool = AtomicBool::new(false);

/// What was tried last, for the report of a process that is about to abort.
static LAST_STEP: Lock<Option<(Rule, String)>> = Lock::new(None);

/// Whether the course's tool runs this process.
pub(crate) fn is_asked_for() -> bool {
    std::env::var_os(REPORT_VARIABLE).is_some()
}

impl Report {
    pub(crate) fn wrong(exercise: Option<Exercise>, rule: &str, saw: String) -> Report {
        let rule = rule.to_owned();
        Report {
            verdict: Verdict::Wrong,
            exercise,
            rule,
            saw,
            run: None,
        }
    }

    pub(crate) fn hangs(exercise: Option<Exercise>, rule: &str, saw: String) -> Report {
        let rule = rule.to_owned();
        Report {
            verdict: Verdict::Hangs,
            exercise,
            rule,
            saw,
            run: None,
        }
    }

    /// The same report, for `exercise` unless it names one already.
    pub(crate) fn or_exercise(mut self, exercise: Option<Exercise>) -> Report {
        self.exercise = self.exercise.or(exercise);
        self
    }

    pub(crate) fn rule(&self) -> &str {
        &self.rule
    }

    pub(crate) fn saw(&self) -> &str {
        &self.saw
    }

    /// The same report, with a picture of what the threads of the model did.
    #[cfg(loom)]
    pub(crate) fn with_run(mut self, run: Run) -> Report {
        self.run = Some(Box::new(run));
        self
    }

    /// The same report; if it is on a check that failed inside a model, with a picture.
    #[cfg(loom)]
    pub(crate) fn drawn(self, place: record::Here) -> Report {
        if self.run.is_some() || !record::is_on() {
            return self;
        }
        let run = record::told(&self.saw, Some(place));
        self.with_run(run)
    }

    fn text(&self, run: Option<&Run>) -> String {
        let rule = wrapped(&format!("{FIRST_WORDS}{}", self.rule), "  ");
        let saw = wrapped(&format!("  what was seen: {}", self.saw), "    ");
        let mut text = format!("{rule}\n{saw}");
        if let Some(run) = run {
            text.push('\n');
            // Names stand in the source, which the kit does not parse; `cargo course` does.
            for row in lanes::draw(&run.schedule(&Unnamed), WIDTH) {
                let row: String = row.into_iter().map(|piece| piece.text).collect();
                text += &format!("\n{row}");
            }
            text.push('\n');
        }
        if let Some(exercise) = self.exercise {
            text += &format!("\n  {exercise}");
        }
        text
    }

    /// Writes the report, for the case that the process ends before it is known whether it stands.
    #[cfg(loom)]
    pub(crate) fn write_for_now(&self) {
        // ORDERING: Relaxed; see `write`.
        if !WRITTEN.load(Relaxed) {
            self.write();
            WRITTEN.store(false, Relaxed);
        }
    }

    /// Writes the report to the file of `COURSE_REPORT`, if there is one and it has none yet.
    pub(crate) fn write(&self) {
        let Some(path) = std::env::var_os(REPORT_VARIABLE) else {
            return;
        };
        // ORDERING: Relaxed; the flag only picks the one who writes.
        if WRITTEN.swap(true, Relaxed) {
            return;
        }
        let verdict = match self.verdict {
            Verdict::Wrong => "wrong",
            Verdict::Hangs => "hangs",
        };
        let mut file = format!("verdict: {verdict}\n");
        if let Some(exercise) = self.exercise {
            let kind = match exercise.is_chapter() {
                true => "chapter",
                false => "exercise",
            };
            file += &format!("{kind}: {}\npage: {}\n", exercise.id(), exercise.page());
            if !exercise.others().is_empty() {
                file += &format!("may be: {}\n", exercise.others());
            }
        }
        file += &format!("rule: {}\n", self.rule);
        if let Some(run) = &self.run {
            file += &format!("run: {}\n", run.to_line());
        }
        file += &format!("\n{}\n", self.text(None));
        if let Err(error) = fs::write(&path, file) {
            eprintln!(
                "testkit: cannot write the report to {}: {error}",
                path.display()
            );
        }
    }
}

impl Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(self.run.as_deref()))
    }
}

/// Whether a panic's message is a report already, and not news.
pub(crate) fn is_report(message: &str) -> bool {
    message.starts_with(FIRST_WORDS)
}

/// See [`Rule::step`].
pub(crate) fn step(rule: Rule, doing: &str) {
    uncounted(|| *LAST_STEP.lock() = Some((rule, doing.to_owned())));
    let Some(path) = std::env::var_os(STEPS_VARIABLE) else {
        return;
    };
    let line = format!(
        "{}\t{}\n",
        rule.sentence(),
        doing.replace(['\n', '\t'], " ")
    );
    let file = fs::OpenOptions::new().create(true).append(true).open(&path);
    if let Err(error) = file.and_then(|mut file| file.write_all(line.as_bytes())) {
        eprintln!(
            "testkit: cannot write a step to {}: {error}",
            path.display()
        );
    }
}

/// The rule of the last [`Rule::step`], and what was being done.
pub(crate) fn last_step() -> Option<(Rule, String)> {
    LAST_STEP.try_lock()?.clone()
}

/// Breaks each line of `text` at [`WIDTH`]. All lines but the first are indented by `indent`, and
/// what is broken off a line by two columns more than that line.
fn wrapped(text: &str, indent: &str) -> String {
    let mut lines = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let line = if number == 0 {
            line.to_owned()
        } else {
            format!("{indent}{line}")
        };
        let own_indent = line.len() - line.trim_start().len();
        let hanging = " ".repeat(if number == 0 {
            indent.len()
        } else {
            own_indent + 2
        });
        let mut rest = line.as_str();
        let mut prefix = "";
        while prefix.len() + rest.chars().count() > WIDTH {
            let room = WIDTH - prefix.len();
            let end = rest
                .char_indices()
                .nth(room)
                .map_or(rest.len(), |(at, _)| at);
            let Some(space) = rest[own_indent.min(end)..end].rfind(' ') else {
                break;
            };
            let (head, tail) = rest.split_at(own_indent.min(end) + space);
            if head.trim().is_empty() {
                break;
            }
            lines.push(format!("{prefix}{head}"));
            rest = tail.trim_start();
            prefix = &hanging;
        }
        lines.push(format!("{prefix}{rest}"));
    }
    lines.join("\n")
}

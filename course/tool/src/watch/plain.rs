//! The watch without a screen: plain lines, one after another.
//!
//! Nobody can press a key here, so it moves on by itself when an exercise is solved.

use std::sync::mpsc::RecvTimeoutError;
use std::time::Instant;

use super::state::{Book, State};
use super::{Next, Watch};
use crate::check::Cancel;
use crate::cli::start::Outcome;
use crate::course::{Course, ExerciseId};
use crate::problem::{Problem, Result};
use crate::screen::{self, Line, bold, colour, coloured, dim, plain};
use crate::verdict::Verdict;
use crate::{book, program, report, status};

/// Watches with plain lines until a signal ends it, which `cancel` then tells.
///
/// # Errors
///
/// If the lines cannot be written.
pub fn run_plain(course: Course, cancel: &Cancel) -> Result<Outcome> {
    program::leave_the_name();
    let mut watch = Watch::begin(course, screen::wants_colours())?;
    let mut said = Said::default();
    said.say(&[Line::from("Checking on every save. Ctrl-C ends this.")])?;
    while !cancel.is_cancelled() {
        let now = Instant::now();
        let wait = watch.files.next_look().saturating_duration_since(now);
        match watch.events.recv_timeout(wait) {
            Ok(event) => {
                if let Next::End(outcome) = watch.handle(event)? {
                    return Ok(outcome);
                }
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
        watch.look_at_files();
        said.catch_up(&watch.state)?;
        let is_solved = status::is_solved(&watch.state.verdicts, watch.state.current);
        if is_solved
            && watch.state.running.is_none()
            && said.chapter.is_empty()
            && let Some(id) = watch.state.next()
            && let Some(effect) = watch.state.choose(id)
        {
            watch.carry_out(effect);
        }
    }
    watch.runner.stop();
    Ok(Outcome::Fine)
}

/// What was said already.
#[derive(Default)]
struct Said {
    verdict: Option<(ExerciseId, Verdict)>,
    /// Of the chapter as a whole, if it fails. We do not move on before that is mended.
    chapter: Vec<Line>,
    problem: Option<Problem>,
    note: Option<String>,
    book: bool,
}

impl Said {
    /// Says what is new.
    fn catch_up(&mut self, state: &State) -> Result<()> {
        if self.note != state.note {
            self.note.clone_from(&state.note);
            if let Some(note) = &self.note {
                self.say(&[Line::from(note.as_str())])?;
            }
        }
        if self.problem != state.problem {
            self.problem.clone_from(&state.problem);
            if let Some(problem) = &self.problem {
                let what = report::sentence(&problem.what);
                let mut lines = vec![Line::from(what)];
                lines.extend(report::advice(&problem.next));
                self.say(&lines)?;
            }
        }
        let verdict = state.verdict().map(|v| (state.current, v.clone()));
        if self.verdict != verdict {
            self.verdict = verdict;
            if let Some((_, verdict)) = &self.verdict {
                self.say(&exercise(state, verdict))?;
            }
        }
        let (chapter, _) = state.exercise();
        let whole = status::of_chapter(chapter, &state.verdicts);
        let whole = report::of_chapter(&state.course, chapter, whole, usize::MAX);
        if self.chapter != whole {
            self.chapter = whole;
            self.say(&self.chapter)?;
        }
        if matches!(state.book, Book::Built) && !self.book {
            self.book = true;
            let address = report::address(&book::page_file(&state.course, "index.md"));
            self.say(&[Line::of([dim("The book: "), plain(address)])])?;
        }
        Ok(())
    }

    fn say(&self, lines: &[Line]) -> Result<()> {
        screen::print(lines)
    }
}

/// The exercise, where it is, and its verdict.
fn exercise(state: &State, verdict: &Verdict) -> Vec<Line> {
    let (chapter, exercise) = state.exercise();
    let location = report::location(&state.course, chapter, exercise);
    let mut lines = vec![
        Line::empty(),
        Line::of([
            bold(exercise.label()),
            plain(format!(", {}: ", exercise.title)),
            report::word(verdict),
        ]),
    ];
    if !verdict.is_solved() {
        lines.push(Line::from(exercise.goal.as_str()).indented(2));
        lines.push(Line::of([
            dim("  edit  "),
            coloured(location, colour::CYAN),
        ]));
        lines.push(Line::empty());
    }
    lines.extend(status::stands_on(chapter, exercise.id, &state.verdicts));
    let details = report::details(&state.course, chapter, exercise, verdict, usize::MAX);
    lines.extend(details);
    if let Some(notes) = state.notes.get(&exercise.id) {
        lines.push(Line::empty());
        lines.extend(report::notes(notes, report::PRINTED_LINES));
    }
    lines
}

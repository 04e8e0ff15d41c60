//! The watch: checks the current exercise on every save, and answers keys meanwhile.
//!
//! Keys, saves, checks, signals and the book each come from a thread of their own as an `Event`
//! into one channel. One loop takes them out, one at a time, lets the `State` change, carries out
//! the `Effect` it asks for, and draws `view` of what it knows then. So no lock is needed,
//! and nothing on the screen is half old and half new.
//!
//! ```text
//! keyboard ──┐                    ┌──> Runner (a check, which can be stopped)
//! files ─────┤                    │
//! checks ────┼──> Event ──> State ┴──> view ──> Terminal
//! signals ───┤
//! book ──────┘
//! ```

mod files;
mod input;
mod keys;
mod list;
mod plain;
mod runner;
mod shelf;
mod snapshot;
mod state;
#[cfg(test)]
mod tests;
mod view;

use std::path::PathBuf;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::Instant;

use crossterm::event::KeyEvent;

use crate::check;
use crate::cli::start::Outcome;
use crate::course::{Course, ExerciseId};
use crate::problem::{Problem, Result};
use crate::screen::{self, Line, Terminal};
use crate::signals::{self, Signal, Stops};
use crate::verdict::Verdict;
use crate::{book, program, report, status};

pub use plain::run_plain;

use files::Files;
use runner::Runner;
use snapshot::Snapshot;
use state::{Book, Effect, State};

/// Something that happened.
enum Event {
    /// A key was pressed.
    Key(KeyEvent),
    /// The window has another size.
    Resized,
    /// Something happened to the reader's files.
    Stirred,
    /// A check has got this far.
    Progress { number: u64, event: check::Event },
    /// A check has ended by itself.
    Checked {
        number: u64,
        result: Result<Vec<(ExerciseId, Verdict)>>,
    },
    /// For the models of this chapter loom is being built; or for none any more.
    Warming(Option<u32>),
    /// The book was built, or not.
    Book(Result<PathBuf>),
    /// A signal came.
    Signal(Signal),
    /// A thread of ours has panicked; its message is on the terminal.
    Panicked,
}

/// Watches on a full screen until the reader quits.
///
/// # Errors
///
/// If the terminal cannot be drawn on, or something in the tool is broken.
pub fn run(course: Course) -> Result<Outcome> {
    program::leave_the_name();
    let mut watch = Watch::begin(course, screen::wants_colours())?;
    // Before the terminal is taken, so that no signal can leave it taken.
    signals::listen(Stops::Handled, forward(watch.sender.clone(), Event::Signal));
    let terminal = Terminal::enter(screen::wants_colours())?;
    input::listen(watch.sender.clone());
    let outcome = watch.run(terminal);
    watch.runner.stop();
    if let Ok(Outcome::Fine) = outcome {
        screen::print(&farewell(&watch.state))?;
    }
    outcome
}

/// What stays on the terminal after the watch: how far the reader is, and how to go on.
fn farewell(state: &State) -> Vec<Line> {
    let (chapter, _) = state.exercise();
    let solved = status::solved(chapter, &state.verdicts);
    let of = chapter.exercises.len();
    let mut lines = vec![Line::from(format!(
        "Chapter {}: {solved} of {of} solved.",
        chapter.number
    ))];
    if let Some((_, next)) = status::next(&state.course, &state.verdicts) {
        let label = next.label();
        lines.push(Line::from(format!(
            "Next: {label}. `cargo course` goes on there."
        )));
    }
    lines
}

/// What the loop holds.
struct Watch {
    state: State,
    runner: Runner,
    files: Files,
    sender: Sender<Event>,
    events: Receiver<Event>,
    running_since: Instant,
}

/// What to do after an event.
enum Next {
    GoOn,
    Stop,
    Redraw,
    End(Outcome),
}

impl Watch {
    /// Starts everything but the terminal.
    fn begin(course: Course, colour: bool) -> Result<Watch> {
        let (sender, events) = mpsc::channel();
        let (files, failure) = Files::watch(&course, sender.clone());
        let snapshot = Snapshot::take(&course);
        build_book(&course, sender.clone());
        let (mut state, first) = State::new(course, snapshot).ok_or_else(|| {
            Problem::new(
                "The course has no exercises",
                "Bring them back with `git restore chapters`",
            )
        })?;
        state.note = failure.map(|why| {
            format!("The system does not tell us of saves ({why}); looking twice a second instead.")
        });
        let mut watch = Watch {
            runner: Runner::new(sender.clone(), colour),
            state,
            files,
            sender,
            events,
            running_since: Instant::now(),
        };
        watch.carry_out(first);
        Ok(watch)
    }

    fn run(&mut self, mut terminal: Terminal) -> Result<Outcome> {
        loop {
            let (width, height) = terminal.size();
            self.tick();
            let scroll_max = view::scroll_max(&self.state, width, height);
            self.state.scroll = self.state.scroll.min(scroll_max);
            let rows = view::view(&self.state, width, height);
            if terminal.draw(&rows).is_err() {
                // The terminal is gone, and with it whoever was watching.
                return Ok(Outcome::Fine);
            }
            match self.wait()? {
                Next::GoOn => {}
                Next::Redraw => terminal.forget(),
                Next::Stop => {
                    screen::leave();
                    signals::stop();
                    terminal.resume()?;
                }
                Next::End(outcome) => return Ok(outcome),
            }
        }
    }

    /// Waits for one event, or until something has to be looked at or drawn, and handles it.
    fn wait(&mut self) -> Result<Next> {
        let now = Instant::now();
        let mut until = self.files.next_look();
        if self.state.running.is_some() {
            until = until.min(now + view::FRAME);
        }
        let event = match self
            .events
            .recv_timeout(until.saturating_duration_since(now))
        {
            Ok(event) => Some(event),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => return Ok(Next::End(Outcome::Fine)),
        };
        let next = event.map_or(Ok(Next::GoOn), |event| self.handle(event));
        self.look_at_files();
        next
    }

    fn handle(&mut self, event: Event) -> Result<Next> {
        let effect = match event {
            Event::Key(key) => keys::press(&mut self.state, key),
            Event::Resized => Some(Effect::Redraw),
            Event::Stirred => {
                self.files.stir(Instant::now());
                None
            }
            Event::Progress { number, event } => {
                self.state.progressed(number, &event);
                None
            }
            Event::Checked { number, result } => self.checked(number, result),
            Event::Warming(chapter) => {
                self.state.warming = chapter;
                None
            }
            Event::Book(result) => {
                self.state.book = match result {
                    Ok(_) => Book::Built,
                    Err(problem) => Book::Failed(problem),
                };
                None
            }
            Event::Signal(Signal::End(status)) => return Ok(Next::End(Outcome::Status(status))),
            Event::Signal(Signal::Stop) => Some(Effect::Stop),
            Event::Signal(Signal::Continue) => Some(Effect::Redraw),
            Event::Panicked => {
                return Err(Problem::new(
                    "This is a fault in the tool, not in your code",
                    "Please report it with the message above; your files are untouched",
                ));
            }
        };
        Ok(effect.map_or(Next::GoOn, |effect| self.carry_out(effect)))
    }

    /// A result counts only if the files still hold what was checked.
    fn checked(
        &mut self,
        number: u64,
        result: Result<Vec<(ExerciseId, Verdict)>>,
    ) -> Option<Effect> {
        let snapshot = Snapshot::take(&self.state.course);
        if snapshot == self.state.snapshot {
            return self.state.checked(number, result);
        }
        if self.state.snapshot.lost_a_file(&snapshot) {
            // It is being replaced, or it is gone: the files are looked at again soon.
            self.files.stir(Instant::now());
            return None;
        }
        Some(self.state.saved(snapshot))
    }

    fn look_at_files(&mut self) {
        let now = Instant::now();
        if let Some(snapshot) = self
            .files
            .look(&self.state.course, &self.state.snapshot, now)
        {
            let effect = self.state.saved(snapshot);
            self.carry_out(effect);
        }
    }

    fn carry_out(&mut self, effect: Effect) -> Next {
        match effect {
            Effect::Check(order) => {
                self.running_since = Instant::now();
                self.runner.start(&self.state.course, order);
                Next::GoOn
            }
            Effect::OpenPage(page) => {
                let address = report::address(&page);
                self.state.note = Some(match open::that_detached(&page) {
                    Ok(()) => format!("Opening {address}"),
                    Err(_) => format!("No browser was found. Open this yourself: {address}"),
                });
                Next::GoOn
            }
            Effect::Stop => Next::Stop,
            Effect::Redraw => Next::Redraw,
            Effect::Quit => Next::End(Outcome::Fine),
        }
    }

    fn tick(&mut self) {
        if let Some(running) = &mut self.state.running {
            running.elapsed = self.running_since.elapsed();
        }
    }
}

/// Builds the book on a thread of its own.
fn build_book(course: &Course, sender: Sender<Event>) {
    let course = course.clone();
    thread::spawn(move || {
        let built = std::panic::catch_unwind(|| book::build(&course));
        // Fails only after the watch has ended.
        let _ = sender.send(built.map_or(Event::Panicked, Event::Book));
    });
}

/// A function that sends what it is given as an event.
fn forward<T>(sender: Sender<Event>, event: fn(T) -> Event) -> impl FnMut(T) + Send + 'static
where
    T: 'static,
{
    move |value| {
        // Fails only after the watch has ended.
        let _ = sender.send(event(value));
    }
}

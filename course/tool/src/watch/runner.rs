//! Checks that run beside the watch, one at a time.

use std::panic::{self, AssertUnwindSafe};
use std::sync::mpsc::Sender;
use std::thread::{self, JoinHandle};

use super::Event;
use crate::check::{self, Cancel, Options};
use crate::course::{Course, ExerciseId};
use crate::problem::Result;
use crate::verdict::Verdict;

/// What to check, and the number that its events carry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// Counts up: an event with an older number is about files that have changed since.
    pub number: u64,
    /// The exercises to look at.
    pub scope: Vec<ExerciseId>,
    /// What is run of them.
    pub tests: Tests,
}

/// What is run of an exercise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tests {
    /// Its tests.
    Plain,
    /// Its tests and, if they pass, its loom models.
    WithModels,
}

/// Runs the newest order and stops the one before it.
pub struct Runner {
    events: Sender<Event>,
    colour: bool,
    running: Option<(Cancel, JoinHandle<()>)>,
}

impl Runner {
    /// A runner that reports to `events`.
    pub fn new(events: Sender<Event>, colour: bool) -> Runner {
        Runner {
            events,
            colour,
            running: None,
        }
    }

    /// Stops what runs and begins this. It begins once the old one has let go of cargo's lock.
    pub fn start(&mut self, course: &Course, order: Order) {
        let before = self.running.take();
        if let Some((cancel, _)) = &before {
            cancel.cancel();
        }
        let cancel = Cancel::default();
        let shared = cancel.clone();
        let events = self.events.clone();
        let course = course.clone();
        let options = Options {
            loom: false,
            miri: false,
            colour: self.colour,
        };
        let thread = thread::spawn(move || {
            if let Some((_, thread)) = before {
                // Its panic was reported by itself.
                let _ = thread.join();
            }
            if !shared.is_cancelled() {
                let run = || run(&course, &order, &options, &shared, &events);
                if panic::catch_unwind(AssertUnwindSafe(run)).is_err() {
                    let _ = events.send(Event::Panicked);
                }
            }
        });
        self.running = Some((cancel, thread));
    }

    /// Stops what runs, and waits until it has ended its processes.
    pub fn stop(&mut self) {
        if let Some((cancel, thread)) = self.running.take() {
            cancel.cancel();
            let _ = thread.join();
        }
    }
}

fn run(course: &Course, order: &Order, options: &Options, cancel: &Cancel, events: &Sender<Event>) {
    let number = order.number;
    // Sending fails only after the watch has ended.
    let mut observe = |event| {
        let _ = events.send(Event::Progress { number, event });
    };
    let mut result = check::check(course, &order.scope, options, cancel, &mut observe);
    if let (Ok(verdicts), Tests::WithModels) = (&mut result, order.tests) {
        let models = add_models(course, verdicts, options, cancel, &mut observe);
        if let Err(problem) = models {
            result = Err(problem);
        }
    }
    if !cancel.is_cancelled() {
        let _ = events.send(Event::Checked { number, result });
    }
}

/// Runs the models of the exercises that pass their tests. What they say takes the place of that.
fn add_models(
    course: &Course,
    verdicts: &mut [(ExerciseId, Verdict)],
    options: &Options,
    cancel: &Cancel,
    observe: &mut dyn FnMut(check::Event),
) -> Result<()> {
    let passed: Vec<ExerciseId> = verdicts
        .iter()
        .filter(|(_, verdict)| verdict.is_solved())
        .map(|(id, _)| *id)
        .collect();
    if passed.is_empty() {
        return Ok(());
    }
    let options = Options {
        loom: true,
        ..options.clone()
    };
    for (id, said) in check::check(course, &passed, &options, cancel, observe)? {
        if let Some((_, verdict)) = verdicts.iter_mut().find(|(known, _)| *known == id) {
            *verdict = said;
        }
    }
    Ok(())
}

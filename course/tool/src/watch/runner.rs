//! Checks that run beside the watch, one at a time.

use std::collections::BTreeSet;
use std::panic::{self, AssertUnwindSafe};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use super::Event;
use crate::cargo;
use crate::check::{self, Cancel, Models, Options};
use crate::course::{Course, ExerciseId};

/// What to check, and the number that its events carry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// Counts up: an event with an older number is about files that have changed since.
    pub number: u64,
    /// The exercises to look at.
    pub scope: Vec<ExerciseId>,
}

/// Runs the newest order and stops the one before it.
pub struct Runner {
    events: Sender<Event>,
    colour: bool,
    running: Option<(Cancel, JoinHandle<()>)>,
    /// Chapters whose models find everything built that they stand on.
    warmed: Arc<Mutex<BTreeSet<u32>>>,
}

impl Runner {
    /// A runner that reports to `events`.
    pub fn new(events: Sender<Event>, colour: bool) -> Runner {
        Runner {
            events,
            colour,
            running: None,
            warmed: Arc::default(),
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
            models: Models::All,
            miri: false,
            colour: self.colour,
        };
        let warmed = Arc::clone(&self.warmed);
        let thread = thread::spawn(move || {
            if let Some((_, thread)) = before {
                // Its panic was reported by itself.
                let _ = thread.join();
            }
            if !shared.is_cancelled() {
                let run = || {
                    let chapter = run(&course, &order, &options, &shared, &events);
                    warm(&course, chapter, &warmed, &shared, &events);
                    cargo::fetch(&course, &shared);
                };
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

/// Carries out an order, and returns the chapter that the reader is busy with after it.
fn run(
    course: &Course,
    order: &Order,
    options: &Options,
    cancel: &Cancel,
    events: &Sender<Event>,
) -> Option<u32> {
    let number = order.number;
    // Sending fails only after the watch has ended.
    let mut observe = |event| {
        let _ = events.send(Event::Progress { number, event });
    };
    let result = check::check(course, &order.scope, options, cancel, &mut observe);
    let next = result.as_ref().ok().and_then(|verdicts| {
        let mut unsolved = verdicts.iter().filter(|(_, verdict)| !verdict.is_solved());
        unsolved.next().map(|(id, _)| id.chapter)
    });
    if !cancel.is_cancelled() {
        let _ = events.send(Event::Checked { number, result });
    }
    next
}

/// While the reader reads: builds what the models of this chapter stand on, so that the first check that
/// runs them is as fast as the others. The next order stops it; what is built by then is kept.
fn warm(
    course: &Course,
    chapter: Option<u32>,
    warmed: &Mutex<BTreeSet<u32>>,
    cancel: &Cancel,
    events: &Sender<Event>,
) {
    let Some(chapter) = chapter.and_then(|number| course.chapter(number)) else {
        return;
    };
    let lock = || warmed.lock().unwrap_or_else(PoisonError::into_inner);
    let mut exercises = chapter.exercises.iter();
    let has_models = exercises.any(|exercise| !exercise.loom.is_empty());
    if !has_models || cancel.is_cancelled() || lock().contains(&chapter.number) {
        return;
    }
    // Sending fails only after the watch has ended.
    if !check::has_loom(&course.root) {
        let _ = events.send(Event::Warming(Some(chapter.number)));
    }
    // What fails here is told by the check that runs into it.
    if check::warm(course, chapter, cancel).is_ok() {
        lock().insert(chapter.number);
    }
    let _ = events.send(Event::Warming(None));
}

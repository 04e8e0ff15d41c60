//! Checks that run beside the watch, one at a time.

use std::panic::{self, AssertUnwindSafe};
use std::sync::mpsc::Sender;
use std::thread::{self, JoinHandle};

use super::Event;
use crate::check::{self, Cancel, Options};
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
    let result = check::check(course, &order.scope, options, cancel, &mut observe);
    if !cancel.is_cancelled() {
        let _ = events.send(Event::Checked { number, result });
    }
}

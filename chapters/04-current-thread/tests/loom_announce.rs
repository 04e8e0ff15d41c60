//! The last look before a sleep, and pushes from other threads: every interleaving.
//!
//! Nothing is polled here, so that 4.2 can be tried as soon as it is written. A sleep that nobody ends
//! is a deadlock, which loom reports.

#![cfg(loom)]

use std::time::Duration;

use current_thread::steps::Steps;
use current_thread::{Park, ThreadPark, ThreadUnpark};
use model::loom::thread;
use testkit::{Exercise, Rule, lane};

const EX: Exercise = Exercise::new("4.2", "current-thread/sleep.md");

const AWAKE: Rule =
    EX.rule("A push comes before the announced sleep and is seen, or after it and ends it.");

/// The scheduler is driven by hand, and sleeps by hand.
struct Elsewhere(ThreadUnpark);

impl Park for Elsewhere {
    type Unpark = ThreadUnpark;

    fn unparker(&self) -> ThreadUnpark {
        self.0.clone()
    }

    fn park(&mut self) {}

    fn park_timeout(&mut self, _: Duration) {}
}

/// Sleeps as the loop does, beside so many threads that push one task each. Then there is something
/// to do, and the next sleep is refused.
fn sleeps_beside(pushes: usize) {
    let mut park = ThreadPark::new();
    let steps = Steps::new(Elsewhere(park.unparker()));
    lane("the scheduler");
    let threads: Vec<_> = (0..pushes)
        .map(|_| {
            let handle = steps.handle().clone();
            thread::spawn(move || {
                lane("a push");
                drop(handle.spawn(async {}));
            })
        })
        .collect();
    if steps.announce_sleep() {
        park.park();
        steps.end_sleep();
    }
    assert!(!steps.announce_sleep(), "awake, and with nothing to do");
    for thread in threads {
        thread.join().unwrap();
    }
}

#[test]
fn a_push_comes_before_the_sleep_or_ends_it() {
    AWAKE.model(|| sleeps_beside(1));
}

#[test]
fn two_pushes_and_one_sleep() {
    AWAKE.model(|| sleeps_beside(2));
}

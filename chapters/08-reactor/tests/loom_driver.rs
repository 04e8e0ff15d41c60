//! The driver on an event queue that is made of a lock, model-checked: registration, deregistration and
//! shutdown against a turn, and the owner's sleep.

#![cfg(loom)]

use std::pin::pin;

use current_thread::{Park, ThreadPark, Unpark};
use model::loom::thread;
use reactor::steps::{FakeSource, Watched, count_released};
use reactor::{Interest, IoHandle, IoPark, Ready};
use testkit::{Exercise, Rule, TestWaker, lane};

const CHAPTER: Exercise = Exercise::chapter("8", "reactor/index.md");

const SHUTDOWN: Rule = CHAPTER.rule("A shutdown ends each wait, and refuses sources from then on.");
const WATCHED: Rule =
    CHAPTER.rule("The owner sleeps where the next event, source or unpark finds it.");
const TURN: Rule =
    CHAPTER.rule("One thread at a time has the turn, and the owner is told when it is back.");

fn watch(handle: &IoHandle) -> std::io::Result<Watched<FakeSource>> {
    Watched::new(handle, FakeSource::new(), Interest::READABLE)
}

/// The turn is another thread's while the driver is shut down and its source goes.
#[test]
fn a_turn_against_shutdown() {
    SHUTDOWN.model(|| {
        lane("owner");
        let mut park = IoPark::new(ThreadPark::new());
        let handle = park.unparker();
        let source = watch(&handle).unwrap();
        source.source().events().push(Ready::READABLE);
        let turns = handle.clone();
        let driver = thread::spawn(move || {
            lane("driver");
            turns.turn();
        });
        park.shutdown();
        driver.join().unwrap();
        SHUTDOWN.check_eq("kept", count_released(&handle), 0);
        let task = TestWaker::new("task");
        let ended = task.poll(pin!(source.wait(Interest::READABLE)));
        SHUTDOWN.check_eq("ended", ended.is_ready(), true);
    });
}

/// An unpark comes on the way to a sleep on sources.
#[test]
fn an_unpark_against_the_owners_sleep() {
    WATCHED.model(|| {
        lane("owner");
        let mut park = IoPark::new(ThreadPark::new());
        let handle = park.unparker();
        let _source = watch(&handle).unwrap();
        let other = thread::spawn(move || {
            lane("other");
            handle.unpark();
        });
        // It must return: no event comes.
        park.park();
        other.join().unwrap();
    });
}

/// Another thread has the turn when the owner wants to sleep; then the event comes.
#[test]
fn a_turn_against_the_owners_sleep() {
    TURN.model(|| {
        lane("owner");
        let mut park = IoPark::new(ThreadPark::new());
        let handle = park.unparker();
        let source = watch(&handle).unwrap();
        let events = source.source().events();
        let task = TestWaker::new("task");
        let mut wait = Box::pin(source.wait(Interest::READABLE));
        assert!(task.poll(wait.as_mut()).is_pending());
        let other = thread::spawn(move || {
            lane("other");
            handle.turn();
            events.push(Ready::READABLE);
        });
        while task.wakes() == 0 {
            park.park();
        }
        other.join().unwrap();
        drop(wait);
    });
}

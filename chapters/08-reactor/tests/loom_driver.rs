//! The driver on an event queue that is made of a lock, model-checked: registration, deregistration and
//! shutdown against a turn, and the owner's sleep.

#![cfg(loom)]

use std::pin::pin;

use current_thread::{Park, ThreadPark, Unpark};
use model::loom::sync::Arc;
use model::loom::thread;
use reactor::steps::{FakeSource, Watched, count_released, count_sources};
use reactor::{Interest, IoHandle, IoPark, Ready};
use testkit::{Exercise, Rule, TestWaker, lane};

const CHAPTER: Exercise = Exercise::chapter("8", "reactor/index.md");

const SHUTDOWN: Rule = CHAPTER.rule("A shutdown ends each wait, and refuses sources from then on.");
const ALIVE: Rule = CHAPTER.rule("A source is alive while an event of it may be in hand.");
const WATCHED: Rule =
    CHAPTER.rule("The owner sleeps where the next event, source or unpark finds it.");
const TURN: Rule =
    CHAPTER.rule("One thread at a time has the turn, and the owner is told when it is back.");

fn watch(handle: &IoHandle) -> std::io::Result<Watched<FakeSource>> {
    Watched::new(handle, FakeSource::new(), Interest::READABLE)
}

/// A source is registered, and waited for, while the driver is shut down.
#[test]
fn register_against_shutdown() {
    SHUTDOWN.model(|| {
        lane("task");
        let mut park = IoPark::new(ThreadPark::new());
        let handle = park.unparker();
        let owner = thread::spawn(move || {
            lane("owner");
            park.shutdown();
        });
        let task = TestWaker::new("task");
        match watch(&handle) {
            Err(_) => SHUTDOWN.check_eq("sources", count_sources(&handle), 0),
            Ok(source) => {
                let mut wait = Box::pin(source.wait(Interest::READABLE));
                let polled = task.poll(wait.as_mut());
                owner.join().unwrap();
                let is_told = polled.is_ready() || task.wakes() == 1;
                SHUTDOWN.check_eq("told", is_told, true);
                return;
            }
        }
        owner.join().unwrap();
    });
}

/// The driver has an event in hand while its source is deregistered and dropped. It must not be freed
/// before the next turn; loom and the checks of the lock would see a use after the end.
#[test]
fn deregister_against_an_event_in_hand() {
    ALIVE.model(|| {
        lane("task");
        let park = IoPark::new(ThreadPark::new());
        let handle = park.unparker();
        let source = watch(&handle).unwrap();
        let events = source.source().events();
        events.push(Ready::READABLE);
        let turns = handle.clone();
        let driver = thread::spawn(move || {
            lane("driver");
            turns.turn();
        });
        drop(source);
        driver.join().unwrap();
        ALIVE.check_eq("sources", count_sources(&handle), 0);
        handle.turn();
        ALIVE.check_eq("kept", count_released(&handle), 0);
    });
}

/// An event wakes the task whose source is about to go.
#[test]
fn a_task_leaves_while_its_event_comes() {
    ALIVE.model(|| {
        lane("task");
        let park = IoPark::new(ThreadPark::new());
        let handle = park.unparker();
        let source = watch(&handle).unwrap();
        let task = TestWaker::new("task");
        let mut wait = Box::pin(source.wait(Interest::READABLE));
        assert!(task.poll(wait.as_mut()).is_pending());
        source.source().events().push(Ready::READABLE);
        let turns = handle.clone();
        let driver = thread::spawn(move || {
            lane("driver");
            turns.turn();
        });
        drop(wait);
        drop(source);
        driver.join().unwrap();
        task.none_held(ALIVE);
        drop(park);
    });
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

/// The owner goes to sleep below while the first source comes, with an event.
#[test]
fn a_first_source_against_the_owners_sleep() {
    WATCHED.model(|| {
        lane("owner");
        let mut park = IoPark::new(ThreadPark::new());
        let handle = park.unparker();
        let task = TestWaker::new("task");
        let theirs = task.clone();
        let other = thread::spawn(move || {
            lane("other");
            let source = watch(&handle).unwrap();
            let source = Arc::new(source);
            let kept = Arc::clone(&source);
            let mut wait = Box::pin(async move { kept.wait(Interest::READABLE).await });
            assert!(theirs.poll(wait.as_mut()).is_pending());
            source.source().events().push(Ready::READABLE);
            (source, wait)
        });
        while task.wakes() == 0 {
            park.park();
        }
        drop(other.join().unwrap());
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

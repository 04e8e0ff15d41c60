//! 8.8: a source goes while a turn has an event of it in hand. On an event queue that is made of a lock, in
//! every interleaving.

#![cfg(loom)]

use current_thread::{Park, ThreadPark, Unpark};
use model::loom::thread;
use reactor::steps::{FakeSource, Watched, count_released, count_sources};
use reactor::{Interest, IoHandle, IoPark, Ready};
use testkit::{Exercise, Rule, TestWaker, lane};

const EX: Exercise = Exercise::new("8.8", "reactor/release.md");

const ALIVE: Rule =
    EX.rule("Freed Between Events: a source is alive while an event of it may be in hand.");

fn watch(handle: &IoHandle) -> Watched<FakeSource> {
    Watched::new(handle, FakeSource::new(), Interest::READABLE).unwrap()
}

#[test]
fn it_goes_while_its_event_is_in_hand() {
    ALIVE.model(|| {
        lane("a task");
        let park = IoPark::new(ThreadPark::new());
        let handle = park.unparker();
        let source = watch(&handle);
        source.source().events().push(Ready::READABLE);
        let turns = handle.clone();
        let driver = thread::spawn(move || {
            lane("the driver");
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
        lane("a task");
        let park = IoPark::new(ThreadPark::new());
        let handle = park.unparker();
        let source = watch(&handle);
        let task = TestWaker::new("task");
        let mut wait = Box::pin(source.wait(Interest::READABLE));
        assert!(task.poll(wait.as_mut()).is_pending());
        source.source().events().push(Ready::READABLE);
        let turns = handle.clone();
        let driver = thread::spawn(move || {
            lane("the driver");
            turns.turn();
        });
        drop(wait);
        drop(source);
        driver.join().unwrap();
        task.none_held(ALIVE);
        drop(park);
    });
}

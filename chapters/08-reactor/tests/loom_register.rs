//! 8.7: a source is registered while the driver is shut down, and while its owner goes to sleep. On an event
//! queue that is made of a lock, in every interleaving.

#![cfg(loom)]

use current_thread::{Park, ThreadPark};
use model::loom::sync::Arc;
use model::loom::thread;
use reactor::steps::{FakeSource, Watched, count_sources};
use reactor::{Interest, IoHandle, IoPark, Ready};
use testkit::{Exercise, Rule, TestWaker, lane};

const EX: Exercise = Exercise::new("8.7", "reactor/register.md");

const SHUTDOWN: Rule =
    EX.rule("A shutdown ends each wait, and refuses the sources that come after it.");
const WATCHED: Rule =
    EX.rule("Sources Are Watched: an owner that sleeps below is woken for the first source.");

fn watch(handle: &IoHandle) -> std::io::Result<Watched<FakeSource>> {
    Watched::new(handle, FakeSource::new(), Interest::READABLE)
}

/// A source is registered, and waited for, while the driver is shut down.
#[test]
fn a_source_against_the_shutdown() {
    SHUTDOWN.model(|| {
        lane("a task");
        let mut park = IoPark::new(ThreadPark::new());
        let handle = park.unparker();
        let owner = thread::spawn(move || {
            lane("the owner");
            park.shutdown();
        });
        let task = TestWaker::new("task");
        match watch(&handle) {
            Err(_) => {
                SHUTDOWN.check_eq("sources", count_sources(&handle), 0);
                owner.join().unwrap();
            }
            Ok(source) => {
                let mut wait = Box::pin(source.wait(Interest::READABLE));
                let polled = task.poll(wait.as_mut());
                owner.join().unwrap();
                let is_told = polled.is_ready() || task.wakes() == 1;
                SHUTDOWN.check_eq("told", is_told, true);
            }
        }
    });
}

/// The owner goes to sleep below while the first source comes, with an event.
#[test]
fn the_first_source_against_the_owners_sleep() {
    WATCHED.model(|| {
        lane("the owner");
        let mut park = IoPark::new(ThreadPark::new());
        let handle = park.unparker();
        let task = TestWaker::new("task");
        let theirs = task.clone();
        let other = thread::spawn(move || {
            lane("another thread");
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

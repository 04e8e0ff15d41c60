//! An unpark against the owner's way to sleep, through the driver alone. On an event queue that is made of a
//! lock, in every interleaving.

#![cfg(loom)]

use std::sync::atomic::Ordering::Relaxed;

use current_thread::{Park, ThreadPark, Unpark};
use model::loom::sync::Arc;
use model::loom::sync::atomic::AtomicUsize;
use model::loom::thread;
use reactor::steps::{FakeSource, Watched};
use reactor::{Interest, IoHandle, IoPark};
use testkit::{Exercise, Rule, lane};

const CHAPTER: Exercise = Exercise::chapter("8", "reactor/index.md").may_be("8.5");

const KEPT: Rule = CHAPTER.rule(
    "An Unpark Is Kept: it ends the owner's sleep, wherever that is, and then the owner sees what was done before.",
);

fn watch(handle: &IoHandle) -> Watched<FakeSource> {
    Watched::new(handle, FakeSource::new(), Interest::READABLE).unwrap()
}

/// The owner parks until it sees the work that the other thread makes. `other` does so, and unparks.
fn parks_until_there_is_work(
    mut park: IoPark,
    other: impl FnOnce(IoHandle, Arc<AtomicUsize>) + Send + 'static,
) {
    let work = Arc::new(AtomicUsize::new(0));
    let (handle, theirs) = (park.unparker(), Arc::clone(&work));
    let other = thread::spawn(move || {
        lane("another thread");
        other(handle, theirs);
    });
    while work.load(Relaxed) == 0 {
        park.park();
    }
    other.join().unwrap();
}

#[test]
fn on_the_way_to_a_sleep_below() {
    KEPT.model(|| {
        lane("the owner");
        let park = IoPark::new(ThreadPark::new());
        parks_until_there_is_work(park, |handle, work| {
            work.store(1, Relaxed);
            handle.unpark();
        });
    });
}

#[test]
fn on_the_way_to_a_sleep_on_sources() {
    KEPT.model(|| {
        lane("the owner");
        let park = IoPark::new(ThreadPark::new());
        let _source = watch(&park.unparker());
        parks_until_there_is_work(park, |handle, work| {
            work.store(1, Relaxed);
            handle.unpark();
        });
    });
}

/// The first unpark may still be there when the second one comes, or be used up a moment before.
#[test]
fn an_unpark_after_an_unpark() {
    KEPT.model(|| {
        lane("the owner");
        let park = IoPark::new(ThreadPark::new());
        parks_until_there_is_work(park, |handle, work| {
            handle.unpark();
            work.store(1, Relaxed);
            handle.unpark();
        });
    });
}

/// The last source goes, and with it the reason to sleep on sources.
#[test]
fn when_the_last_source_goes() {
    KEPT.model(|| {
        lane("the owner");
        let park = IoPark::new(ThreadPark::new());
        let source = watch(&park.unparker());
        parks_until_there_is_work(park, move |handle, work| {
            drop(source);
            work.store(1, Relaxed);
            handle.unpark();
        });
    });
}

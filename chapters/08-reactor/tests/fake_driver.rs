//! The driver on an event queue that is made of a lock, for Miri: each use of a source after its end,
//! and each leak, is seen.

#![cfg(all(miri, not(loom)))]

use std::pin::pin;
use std::thread;

use current_thread::{Park, Runtime, ThreadPark, Unpark};
use reactor::steps::{FakeSource, Watched, count_listed, count_released, count_sources};
use reactor::{Interest, IoHandle, IoPark, Ready};
use testkit::{Exercise, Rule, TestWaker};

const CHAPTER: Exercise = Exercise::chapter("8", "reactor/index.md");

const ALIVE: Rule = CHAPTER.rule("A source is alive while an event of it may be in hand.");
const REFUSED: Rule = CHAPTER.rule("A source that is refused leaves nothing behind.");
const ENDS: Rule = CHAPTER.rule("A shutdown ends each wait, and refuses sources from then on.");
const WOKEN: Rule = CHAPTER.rule("An event wakes the task that waits for its source.");

fn watch(handle: &IoHandle) -> Watched<FakeSource> {
    Watched::new(handle, FakeSource::new(), Interest::READABLE).unwrap()
}

/// The first event's task drops the source of the second, which is in hand already.
#[test]
fn an_event_in_hand_of_a_source_that_is_gone() {
    ALIVE.holds(
        "two events, and the first takes the second's source away",
        || {
            let park = IoPark::new(ThreadPark::new());
            let handle = park.unparker();
            let first = watch(&handle);
            let second = std::sync::Arc::new(std::sync::Mutex::new(Some(watch(&handle))));
            let task = TestWaker::new("task");
            let mut wait = Box::pin(first.wait(Interest::READABLE));
            assert!(task.poll(wait.as_mut()).is_pending());
            // More than a batch, so that the wakes come between the two events.
            let many: Vec<_> = (0..31).map(|_| TestWaker::new("many")).collect();
            let mut waits: Vec<_> = many
                .iter()
                .map(|_| Box::pin(first.wait(Interest::READABLE)))
                .collect();
            for (task, wait) in many.iter().zip(&mut waits) {
                assert!(task.poll(wait.as_mut()).is_pending());
            }
            let other = TestWaker::new("other");
            let last = std::sync::Arc::clone(&second);
            task.on_wake(move || drop(last.lock().unwrap().take()));
            first.source().events().push(Ready::READABLE);
            {
                let second = second.lock().unwrap();
                second
                    .as_ref()
                    .unwrap()
                    .source()
                    .events()
                    .push(Ready::READABLE);
                let mut wait = pin!(second.as_ref().unwrap().wait(Interest::READABLE));
                assert!(other.poll(wait.as_mut()).is_pending());
            }
            handle.turn();
            ALIVE.check_eq("wakes", task.wakes(), 1);
            drop((wait, waits));
            drop(first);
            handle.turn();
            ALIVE.check_eq("sources", count_sources(&handle), 0);
            ALIVE.check_eq("kept", count_released(&handle), 0);
            drop(park);
        },
    );
}

#[test]
fn sources_come_and_go() {
    ALIVE.holds("sources that come and go, and events", || {
        let park = IoPark::new(ThreadPark::new());
        let handle = park.unparker();
        let mut open = Vec::new();
        for round in 0..40_usize {
            let source = watch(&handle);
            source.source().events().push(Ready::READABLE);
            open.push(source);
            if round % 3 == 0 {
                drop(open.swap_remove(round % open.len()));
            }
            if round % 5 == 0 {
                handle.turn();
            }
        }
        drop(park);
        drop(open);
    });
}

#[test]
fn a_source_that_is_refused() {
    REFUSED.holds("sources that are refused", || {
        let park = IoPark::new(ThreadPark::new());
        let handle = park.unparker();
        for _ in 0..10 {
            let source = FakeSource::refused();
            assert!(Watched::new(&handle, source, Interest::READABLE).is_err());
        }
        REFUSED.check_eq("sources", count_sources(&handle), 0);
        REFUSED.check_eq("listed", count_listed(&handle), 0);
        REFUSED.check_eq("kept", count_released(&handle), 0);
    });
}

/// The whole way: a task on a runtime, an event from another thread, and the end of the runtime while
/// another task waits.
#[test]
fn a_task_is_woken_by_an_event() {
    WOKEN.holds("a task, an event, and the end", || {
        let rt = Runtime::with_park(IoPark::new(ThreadPark::new()));
        let handle = rt.handle().driver::<IoHandle>().unwrap();
        let [source, other] = [watch(&handle), watch(&handle)];
        let events = source.source().events();
        let other_thread = thread::spawn(move || events.push(Ready::READABLE));
        drop(rt.spawn(async move { other.wait(Interest::READABLE).await.map(|_| ()) }));
        let seen = rt.block_on(async {
            let seen = source.wait(Interest::READABLE).await.unwrap();
            source.clear(seen);
            seen.ready()
        });
        WOKEN.check_eq("what was seen", seen, Ready::READABLE);
        other_thread.join().unwrap();
        drop(rt);
        let task = TestWaker::new("task");
        let ended = task.poll(pin!(source.wait(Interest::READABLE)));
        ENDS.check_eq("ended", ended.is_ready(), true);
    });
}

//! Everything that was allocated is freed, once, however a runtime ends.

#![cfg(not(loom))]

use std::future::{pending, poll_fn};
use std::sync::{Arc, Mutex};
use std::task::{Poll, Waker};

use current_thread::{LocalRuntime, LocalSet, Runtime, spawn, spawn_local, yield_now};
use testkit::{Exercise, Rule};

testkit::quarantine!();

const EX: Exercise = Exercise::new("4.8", "current-thread/shutdown.md");
const FREED: Rule = EX.rule("A runtime that is dropped frees all of its tasks.");

/// Tasks in every state there is, when the runtime goes.
#[test]
fn a_runtime_with_tasks_in_every_state() {
    testkit::memory::check(FREED, || {
        let rt = Runtime::new();
        let wakers: Arc<Mutex<Vec<Waker>>> = Arc::default();
        let kept = Arc::clone(&wakers);
        drop(rt.spawn(async {}));
        let joins = rt.block_on(async move {
            let done = spawn(async { vec![7] });
            let idle = spawn(poll_fn(move |cx| {
                kept.lock().unwrap().push(cx.waker().clone());
                Poll::<()>::Pending
            }));
            let panicked = spawn(async { std::panic::resume_unwind(Box::new("expected")) });
            let aborted = spawn(pending::<()>());
            aborted.abort();
            let _: Result<(), _> = panicked.await;
            yield_now().await;
            drop(spawn(async {
                loop {
                    yield_now().await;
                }
            }));
            yield_now().await;
            // Queued, and never polled.
            let queued = spawn(async { vec![8] });
            (done, idle, aborted, queued)
        });
        drop(rt.spawn(async {}));
        drop(rt);
        wakers.lock().unwrap().drain(..).for_each(Waker::wake);
        drop(joins);
    });
}

#[test]
fn a_local_runtime_and_a_set() {
    testkit::memory::check(FREED, || {
        let local = LocalRuntime::new();
        let set = LocalSet::new();
        let held = std::rc::Rc::new(vec![7]);
        for _ in 0..3 {
            let (first, second) = (held.clone(), held.clone());
            drop(local.spawn_local(async move {
                let _first = first;
                drop(spawn_local(pending::<()>()));
                pending::<()>().await;
            }));
            drop(set.spawn_local(async move {
                let _second = second;
                drop(spawn_local(pending::<()>()));
                pending::<()>().await;
            }));
        }
        local.block_on(set.run_until(yield_now()));
        // Queued, and never polled.
        drop(set.spawn_local(async {}));
        drop(local.spawn_local(async {}));
        drop(local);
        drop(set);
        assert_eq!(std::rc::Rc::strong_count(&held), 1);
    });
}

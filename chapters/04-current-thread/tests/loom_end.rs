//! A scheduler that is dropped while other threads spawn and wake: every interleaving.

#![cfg(loom)]

use std::future::poll_fn;
use std::sync::atomic::Ordering::Relaxed;
use std::task::{Poll, Waker};

use current_thread::{Runtime, spawn, yield_now};
use model::loom::sync::atomic::AtomicUsize;
use model::loom::sync::{Arc, Mutex};
use model::loom::thread;
use testkit::{Exercise, Rule};

const EX: Exercise = Exercise::new("4.8", "current-thread/shutdown.md");

const TOLD: Rule = EX.rule(
    "A runtime that is dropped drops each of its futures once, and tells each task that waits.",
);

/// Pending until `value` is 1, with its waker left in `slot`.
fn waits_for(
    value: Arc<AtomicUsize>,
    slot: Arc<Mutex<Option<Waker>>>,
) -> impl Future<Output = ()> + Send {
    poll_fn(move |cx| {
        *slot.lock().unwrap() = Some(cx.waker().clone());
        // After the waker is in place: whoever stores later finds it.
        match value.load(Relaxed) {
            1 => Poll::Ready(()),
            _ => Poll::Pending,
        }
    })
}

/// Stores, and wakes. The value is stored `Relaxed`: it is the wake that has to publish it.
fn store_and_wake(value: &AtomicUsize, slot: &Mutex<Option<Waker>>) {
    value.store(1, Relaxed);
    let waker = slot.lock().unwrap().take();
    if let Some(waker) = waker {
        waker.wake();
    }
}

/// A spawn comes before the doors are closed, or after: the task is dropped either way, once, and
/// its handle is told.
#[test]
fn a_spawn_races_with_the_shutdown() {
    TOLD.model(|| {
        let rt = Runtime::new();
        let handle = rt.handle().clone();
        let token = Arc::new(());
        let held = token.clone();
        let other = thread::spawn(move || {
            handle.spawn(async move {
                let _held = held;
                std::future::pending::<()>().await;
            })
        });
        drop(rt);
        let join = other.join().unwrap();
        assert!(join.is_finished());
        assert_eq!(Arc::strong_count(&token), 1);
    });
}

/// async-executor #163, tokio #2061: a wake against the shutdown.
#[test]
fn a_wake_races_with_the_shutdown() {
    TOLD.model(|| {
        let rt = Runtime::new();
        let (value, slot) = (Arc::new(AtomicUsize::new(0)), Arc::new(Mutex::new(None)));
        let task = waits_for(value.clone(), slot.clone());
        let join = rt.block_on(async {
            let join = spawn(task);
            yield_now().await;
            join
        });
        let other = thread::spawn(move || store_and_wake(&value, &slot));
        drop(rt);
        assert!(join.is_finished());
        other.join().unwrap();
    });
}

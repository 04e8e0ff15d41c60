//! A scheduler and other threads: every interleaving of what they may do to it.
//!
//! A wake-up that is lost is a deadlock here, which loom reports: the scheduler sleeps, and nobody
//! is left to unpark it.

#![cfg(loom)]

use std::future::poll_fn;
use std::sync::atomic::Ordering::Relaxed;
use std::task::{Poll, Waker};

use current_thread::{Runtime, spawn};
use model::loom::sync::atomic::AtomicUsize;
use model::loom::sync::{Arc, Mutex};
use model::loom::thread;
use testkit::{Exercise, Rule};

const EX: Exercise = Exercise::new("4.2", "current-thread/sleep.md");

const AWAKE: Rule = EX.rule(
    "A push or a wake comes before the announced sleep and is seen, or after it and ends it.",
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

/// The inject queue against the sleep.
#[test]
fn a_spawn_from_another_thread_ends_the_sleep() {
    AWAKE.model(|| {
        let rt = Runtime::new();
        let handle = rt.handle().clone();
        let (value, slot) = (Arc::new(AtomicUsize::new(0)), Arc::new(Mutex::new(None)));
        let root = waits_for(value.clone(), slot.clone());
        let other = thread::spawn(move || {
            drop(handle.spawn(async move { store_and_wake(&value, &slot) }));
        });
        rt.block_on(root);
        other.join().unwrap();
    });
}

/// Two pushes, and one announced sleep.
#[test]
fn two_threads_spawn() {
    AWAKE.model(|| {
        let rt = Runtime::new();
        let joins: Vec<_> = (0..2)
            .map(|i| {
                let handle = rt.handle().clone();
                thread::spawn(move || handle.spawn(async move { i }))
            })
            .collect();
        let first = rt.spawn(async { 7 });
        assert_eq!(rt.block_on(first).unwrap(), 7);
        for (i, thread) in joins.into_iter().enumerate() {
            let join = thread.join().unwrap();
            assert_eq!(rt.block_on(join).unwrap(), i);
        }
    });
}

/// A wake from another thread against the sleep.
#[test]
fn a_task_is_woken_from_another_thread() {
    AWAKE.model(|| {
        let rt = Runtime::new();
        let (value, slot) = (Arc::new(AtomicUsize::new(0)), Arc::new(Mutex::new(None)));
        let task = waits_for(value.clone(), slot.clone());
        let other = thread::spawn(move || store_and_wake(&value, &slot));
        rt.block_on(async { spawn(task).await.unwrap() });
        other.join().unwrap();
    });
}

/// The same for the root of `block_on`, which is not a task.
#[test]
fn a_root_is_woken_from_another_thread() {
    AWAKE.model(|| {
        let rt = Runtime::new();
        let (value, slot) = (Arc::new(AtomicUsize::new(0)), Arc::new(Mutex::new(None)));
        let root = waits_for(value.clone(), slot.clone());
        let other = thread::spawn(move || store_and_wake(&value, &slot));
        rt.block_on(root);
        other.join().unwrap();
    });
}

/// It is polled when it is new, and then at most once for the one wake.
#[test]
fn a_root_is_not_polled_for_nothing() {
    AWAKE.model(|| {
        let rt = Runtime::new();
        let (value, slot) = (Arc::new(AtomicUsize::new(0)), Arc::new(Mutex::new(None)));
        let mut root = Box::pin(waits_for(value.clone(), slot.clone()));
        let other = thread::spawn(move || store_and_wake(&value, &slot));
        let mut polls = 0;
        rt.block_on(poll_fn(|cx| {
            polls += 1;
            root.as_mut().poll(cx)
        }));
        assert!(polls <= 2, "{polls} polls");
        other.join().unwrap();
    });
}

/// A wake that comes while the root is being polled, on the thread of a handle.
#[test]
fn a_handle_blocks_on_a_root() {
    AWAKE.model(|| {
        let rt = Runtime::new();
        let (value, slot) = (Arc::new(AtomicUsize::new(0)), Arc::new(Mutex::new(None)));
        let root = waits_for(value.clone(), slot.clone());
        let other = thread::spawn(move || store_and_wake(&value, &slot));
        rt.handle().block_on(root);
        other.join().unwrap();
    });
}

/// Two threads call `block_on`, and each waits for a task of its own: whoever has the core must leave
/// it to the other.
#[test]
fn the_core_is_handed_on() {
    AWAKE.model(|| {
        let rt = Arc::new(Runtime::new());
        let theirs = rt.clone();
        let other =
            thread::spawn(move || theirs.block_on(async { spawn(async { 1 }).await.unwrap() }));
        let here = rt.block_on(async { spawn(async { 2 }).await.unwrap() });
        assert_eq!((other.join().unwrap(), here), (1, 2));
    });
}

/// Two threads wait for the core. The first is told of it when its own future is done: it does not
/// come for the core, and must tell the second, whose task nobody else would run.
#[test]
fn a_core_that_is_not_wanted_is_offered_on() {
    // Three threads come between one another here, so it takes one switch more than usual.
    AWAKE.model_with(3, || {
        let rt = Arc::new(Runtime::new());
        let (value, slot) = (Arc::new(AtomicUsize::new(0)), Arc::new(Mutex::new(None)));
        let first = {
            let (rt, root) = (rt.clone(), waits_for(value.clone(), slot.clone()));
            thread::spawn(move || rt.block_on(root))
        };
        let second = {
            let rt = rt.clone();
            thread::spawn(move || rt.block_on(async { spawn(async {}).await.unwrap() }))
        };
        rt.block_on(async { store_and_wake(&value, &slot) });
        first.join().unwrap();
        second.join().unwrap();
    });
}

/// A thread that has waited for the core drives, and sleeps where the scheduler sleeps: that is where
/// its root must wake it from then on.
#[test]
fn a_root_is_woken_after_its_thread_took_over() {
    AWAKE.model(|| {
        let rt = Arc::new(Runtime::new());
        let (value, slot) = (Arc::new(AtomicUsize::new(0)), Arc::new(Mutex::new(None)));
        let second = {
            let (rt, root) = (rt.clone(), waits_for(value.clone(), slot.clone()));
            thread::spawn(move || rt.block_on(root))
        };
        let waking = thread::spawn(move || store_and_wake(&value, &slot));
        rt.block_on(async {});
        second.join().unwrap();
        waking.join().unwrap();
    });
}

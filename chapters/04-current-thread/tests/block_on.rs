//! One core and many threads that call `block_on`: one drives, the others wait for their turn.

#![cfg(not(loom))]
#![allow(
    clippy::async_yields_async,
    reason = "handles leave the block_on they were made in"
)]

mod parks;

use std::future::{Future, pending, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Barrier};
use std::task::Poll;
use std::thread;

use current_thread::{LocalRuntime, LocalSet, Runtime, spawn, spawn_local, yield_now};
use testkit::{Exercise, Rule, gate};

const CHAPTER: Exercise = Exercise::chapter("4", "current-thread/index.md");
const OUTPUT: Rule = CHAPTER.may_be("4.3 or 4.5").rule(
    "`block_on` returns what its future returns, and its future is polled where it was given.",
);
const NEXT: Rule = CHAPTER.may_be("4.3, 4.5 or 4.6").rule("What is left when `block_on` returns goes on in the next one, and a waker of the first root wakes no task.");
const PANICS: Rule = CHAPTER
    .may_be("4.5")
    .rule("A root that panics leaves the runtime whole.");
const HANDED_ON: Rule = CHAPTER.may_be("4.5").rule("The core is handed on: each thread that waits in `block_on` gets its output, whichever thread drives.");
const LOCAL: Rule = CHAPTER
    .may_be("4.3, 4.4 or 4.5")
    .rule("A future that is not Send is polled and dropped on its own thread.");

#[test]
fn it_returns_the_output() {
    OUTPUT.holds("block_on", || {
        let rt = Runtime::new();
        let text = String::from("borrowed");
        // Neither `Send` nor `'static`.
        let held = std::rc::Rc::new(&text);
        assert_eq!(rt.block_on(async { held.len() }), 8);
        assert_eq!(rt.block_on(async { spawn(async { 7 }).await.unwrap() }), 7);
    });
}

/// Tasks outlive the `block_on` they were spawned in, and go on in the next.
#[test]
fn tasks_go_on_in_the_next_one() {
    NEXT.holds("two block_ons", || {
        let rt = Runtime::new();
        let (gate, opened) = gate::<usize>("gate");
        let join = rt.block_on(async { spawn(opened) });
        gate.open(7);
        assert!(!join.is_finished());
        assert_eq!(rt.block_on(join).unwrap(), 7);
    });
}

/// What a `block_on` leaves behind serves the next one, but not if somebody may still wake it.
#[test]
fn a_waker_of_an_earlier_root_wakes_nobody() {
    NEXT.holds("two block_ons, and a waker of the first", || {
        let rt = Runtime::new();
        let earlier = rt.block_on(poll_fn(|cx| Poll::Ready(cx.waker().clone())));
        let (gate, mut opened) = gate::<()>("gate");
        let mut polls = 0;
        rt.block_on(async {
            drop(spawn(async move {
                for _ in 0..3 {
                    earlier.wake_by_ref();
                    yield_now().await;
                }
                gate.open(());
            }));
            poll_fn(|cx| {
                polls += 1;
                Pin::new(&mut opened).poll(cx)
            })
            .await;
        });
        assert_eq!(polls, 2);
    });
}

#[test]
fn a_root_that_panics_leaves_the_runtime_whole() {
    PANICS.holds("a root that panics", || {
        let rt = Runtime::new();
        let join = rt.spawn(async { 7 });
        let panicked = catch_unwind(AssertUnwindSafe(|| {
            rt.block_on(async { panic!("expected by the test") })
        }));
        assert!(panicked.is_err());
        assert!(current_thread::Handle::try_current().is_err());
        assert_eq!(rt.block_on(join).unwrap(), 7);
    });
}

/// The thread that drives is done first, and the others' futures wait for tasks: one of them must
/// take over, and so on.
#[test]
fn another_thread_takes_over() {
    HANDED_ON.holds("four threads", || {
        let rt = Arc::new(Runtime::new());
        let ran = Arc::new(AtomicUsize::new(0));
        let barrier = Arc::new(Barrier::new(4));
        let threads: Vec<_> = (0..4)
            .map(|i| {
                let (rt, ran) = (Arc::clone(&rt), Arc::clone(&ran));
                let barrier = Arc::clone(&barrier);
                thread::spawn(move || {
                    barrier.wait();
                    for _ in 0..if cfg!(miri) { 3 } else { 100 } {
                        let ran = Arc::clone(&ran);
                        let sum = rt.block_on(async move {
                            let first = spawn(async move {
                                yield_now().await;
                                ran.fetch_add(1, SeqCst);
                                i
                            });
                            first.await.unwrap() + 1
                        });
                        assert_eq!(sum, i + 1);
                    }
                })
            })
            .collect();
        for thread in threads {
            thread.join().unwrap();
        }
        let rounds = if cfg!(miri) { 3 } else { 100 };
        assert_eq!(ran.load(SeqCst), 4 * rounds);
    });
}

/// A thread that waits for the core polls its own future, and only that, and only when woken.
#[test]
fn a_thread_that_waits_polls_its_own_future() {
    HANDED_ON.holds("a thread that waits for the core", || {
        let rt = Arc::new(Runtime::new());
        let (stop, stopped) = gate::<()>("stops the driver");
        let (gate, mut opened) = gate::<()>("for the one that waits");
        let (is_driving, driving) = std::sync::mpsc::channel();
        let driver = {
            let rt = Arc::clone(&rt);
            thread::spawn(move || {
                rt.block_on(async {
                    is_driving.send(()).unwrap();
                    stopped.await;
                })
            })
        };
        driving.recv().unwrap();
        let polls = Arc::new(AtomicUsize::new(0));
        let (is_pending, pending) = std::sync::mpsc::channel();
        let waiting = {
            let (rt, polls) = (Arc::clone(&rt), Arc::clone(&polls));
            thread::spawn(move || {
                rt.block_on(poll_fn(|cx| {
                    polls.fetch_add(1, SeqCst);
                    let polled = Pin::new(&mut opened).poll(cx);
                    if polled.is_pending() {
                        is_pending.send(()).unwrap();
                    }
                    polled
                }))
            })
        };
        pending.recv().unwrap();
        gate.open(());
        waiting.join().unwrap();
        assert_eq!(polls.load(SeqCst), 2);
        stop.open(());
        driver.join().unwrap();
    });
}

/// A thread waits for the core and panics: the core must not be promised to it for ever.
#[test]
fn a_thread_that_waits_and_panics() {
    HANDED_ON.holds("a panic while waiting for the core", || {
        let rt = Arc::new(Runtime::new());
        let (stop, stopped) = gate::<()>("stops the driver");
        let (gate, opened) = gate::<()>("for the one that panics");
        let (is_driving, driving) = std::sync::mpsc::channel();
        let driver = {
            let rt = Arc::clone(&rt);
            thread::spawn(move || {
                rt.block_on(async {
                    is_driving.send(()).unwrap();
                    stopped.await;
                })
            })
        };
        driving.recv().unwrap();
        let panicking = {
            let rt = Arc::clone(&rt);
            thread::spawn(move || {
                rt.block_on(async {
                    opened.await;
                    panic!("expected by the test");
                })
            })
        };
        while !gate.is_polled() {
            thread::yield_now();
        }
        gate.open(());
        assert!(panicking.join().is_err());
        stop.open(());
        driver.join().unwrap();
        assert_eq!(rt.block_on(async { spawn(async { 7 }).await.unwrap() }), 7);
    });
}

#[test]
fn local_futures() {
    LOCAL.holds("futures that are not Send", || {
        let local = LocalRuntime::new();
        let held = std::rc::Rc::new(7);
        let outside = local.spawn_local({
            let held = held.clone();
            async move { *held }
        });
        let sum = local.block_on(async {
            let inside = spawn_local({
                let held = held.clone();
                async move {
                    let nested = spawn_local({
                        let held = held.clone();
                        async move { *held }
                    });
                    yield_now().await;
                    *held + nested.await.unwrap()
                }
            });
            let sent = spawn(async { 1 });
            inside.await.unwrap() + outside.await.unwrap() + sent.await.unwrap()
        });
        assert_eq!(sum, 22);
        drop(local.spawn_local(pending::<()>()));
        drop(local);
        assert_eq!(std::rc::Rc::strong_count(&held), 1);
    });
}

/// A guard says which runtime is meant, also while no thread drives it, within the `block_on` of another one, and
/// when it has ended.
#[test]
fn local_futures_within_a_guard() {
    LOCAL.holds("spawn_local within a guard", || {
        let local = LocalRuntime::new();
        let held = std::rc::Rc::new(7);
        let for_task = || {
            let held = held.clone();
            async move { *held }
        };
        let guard = local.enter();
        let alone = spawn_local(for_task());
        drop(guard);
        let other = LocalRuntime::new();
        let within = other.block_on(async {
            let _guard = local.enter();
            spawn_local(for_task())
        });
        drop(other);
        let sum = local.block_on(async { alone.await.unwrap() + within.await.unwrap() });
        assert_eq!(sum, 14);

        let handle = local.handle().clone();
        let _guard = handle.enter();
        let lost = spawn_local(for_task());
        drop(local);
        let late = spawn_local(for_task());
        assert_eq!(std::rc::Rc::strong_count(&held), 1);
        for join in [lost, late] {
            let ended = Runtime::new().block_on(join);
            assert!(ended.unwrap_err().is_cancelled());
        }
    });
}

/// A set in a root future, in a runtime that has tasks as well; woken from another thread.
#[test]
fn a_local_set_among_other_tasks() {
    LOCAL.holds("a local set", || {
        let rt = Runtime::new();
        let set = LocalSet::new();
        let (gate, opened) = gate::<usize>("opened by a thread");
        let held = std::rc::Rc::new(1);
        let waits = set.spawn_local({
            let held = held.clone();
            async move { *held + opened.await }
        });
        let other = thread::spawn(move || {
            while !gate.is_polled() {
                thread::yield_now();
            }
            gate.open(2);
        });
        let sum = set.block_on(&rt, async {
            let inside = spawn_local(async move {
                for _ in 0..100 {
                    yield_now().await;
                }
                *held
            });
            let beside = spawn(async { 4 });
            waits.await.unwrap() + inside.await.unwrap() + beside.await.unwrap()
        });
        assert_eq!(sum, 8);
        other.join().unwrap();
        rt.block_on(set);
    });
}

//! The thread parker, and a local set that is woken from another thread.

#![cfg(loom)]

use std::sync::atomic::Ordering::Relaxed;

use current_thread::{LocalSet, Park, Runtime, ThreadPark, Unpark};
use model::loom::sync::Arc;
use model::loom::sync::atomic::AtomicUsize;
use model::loom::thread;
use testkit::{Exercise, Rule};

const EX: Exercise = Exercise::new("4.2", "current-thread/sleep.md");

const KEPT: Rule = EX.rule("An unpark ends the sleep that goes on, or else the next one.");

/// An Unpark Is Kept; and it publishes what was done before it.
#[test]
fn an_unpark_ends_the_sleep_before_or_after_it_begins() {
    KEPT.model(|| {
        let mut park = ThreadPark::new();
        let unpark = park.unparker();
        let value = Arc::new(AtomicUsize::new(0));
        let theirs = value.clone();
        let other = thread::spawn(move || {
            theirs.store(1, Relaxed);
            unpark.unpark();
        });
        while value.load(Relaxed) == 0 {
            park.park();
        }
        other.join().unwrap();
    });
}

/// Any number of them end one sleep, and the last one is not lost.
#[test]
fn two_threads_unpark() {
    KEPT.model(|| {
        let mut park = ThreadPark::new();
        let value = Arc::new(AtomicUsize::new(0));
        let threads: Vec<_> = (0..2)
            .map(|_| {
                let (value, unpark) = (value.clone(), park.unparker());
                thread::spawn(move || {
                    value.fetch_add(1, Relaxed);
                    unpark.unpark();
                })
            })
            .collect();
        while value.load(Relaxed) < 2 {
            park.park();
        }
        for thread in threads {
            thread.join().unwrap();
        }
    });
}

/// A look that finds the token leaves none for the sleep after it.
#[test]
fn a_look_uses_the_token_up() {
    KEPT.model(|| {
        let mut park = ThreadPark::new();
        let unpark = park.unparker();
        let value = Arc::new(AtomicUsize::new(0));
        let theirs = value.clone();
        let other = thread::spawn(move || {
            theirs.store(1, Relaxed);
            unpark.unpark();
        });
        park.park_timeout(std::time::Duration::ZERO);
        if value.load(Relaxed) == 0 {
            park.park();
            assert_eq!(value.load(Relaxed), 1);
        }
        other.join().unwrap();
    });
}

/// Told Once: the waker of the set is left before the look at what was pushed.
#[test]
fn a_local_task_is_woken_from_another_thread() {
    KEPT.model(|| {
        let rt = Runtime::new();
        let set = LocalSet::new();
        let join = rt.spawn(async { 7 });
        let abort = set.spawn_local(std::future::pending::<()>()).abort_handle();
        let other = thread::spawn(move || abort.abort());
        set.block_on(&rt, async { assert_eq!(join.await.unwrap(), 7) });
        rt.block_on(set);
        other.join().unwrap();
    });
}

//! 6.9, model-checked: many ask for a value at the same time.

#![cfg(loom)]

mod sleeper;

use std::future::{pending, ready};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use locks::OnceCell;
use model::loom::cell::UnsafeCell;
use model::loom::sync::Arc;
use model::loom::thread;
use sleeper::{Count, block_on, poll};
use testkit::{Exercise, Rule, lane};

const EX: Exercise = Exercise::new("6.9", "locks/once-cell.md");

const ONCE: Rule = EX.rule("The value is made once, however many ask for it.");
const FIRST_VALUE: Rule = EX.rule("A thread that sees that there is a value can read it.");
const NEXT: Rule =
    EX.rule("If the making ends without a value, the next waiting task makes it instead.");

/// A value that loom watches: writing and reading it at the same time is a race.
struct Watched(UnsafeCell<usize>);

// SAFETY: whoever shares it must not write; that nobody does is what loom looks after.
unsafe impl Sync for Watched {}

impl Watched {
    fn new(value: usize) -> Watched {
        let cell = UnsafeCell::new(0);
        // SAFETY: nobody else has it yet.
        cell.with_mut(|cell| unsafe { *cell = value });
        Watched(cell)
    }

    fn get(&self) -> usize {
        // SAFETY: nobody writes to what is shared.
        self.0.with(|cell| unsafe { *cell })
    }
}

#[test]
fn two_ask() {
    FIRST_VALUE.model(|| {
        lane("one asks");
        let cell = Arc::new(OnceCell::new());
        let made = std::sync::Arc::new(AtomicUsize::new(0));
        let (theirs, made_there) = (Arc::clone(&cell), made.clone());
        let other = thread::spawn(move || {
            lane("another asks");
            let value = theirs.get_or_init(async || {
                made_there.fetch_add(1, Relaxed);
                Watched::new(7)
            });
            block_on(value).get()
        });
        let ours = block_on(cell.get_or_init(async || {
            made.fetch_add(1, Relaxed);
            Watched::new(7)
        }));
        ONCE.check_eq("the value", ours.get(), 7);
        ONCE.check_eq("the value", other.join().unwrap(), 7);
        ONCE.check_eq("values made", made.load(Relaxed), 1);
    });
}

#[test]
fn one_sets_and_one_looks() {
    FIRST_VALUE.model(|| {
        lane("one sets");
        let cell = Arc::new(OnceCell::<Watched>::new());
        let theirs = Arc::clone(&cell);
        let other = thread::spawn(move || {
            lane("another looks");
            if let Some(value) = theirs.get() {
                FIRST_VALUE.check_eq("the value", value.get(), 7);
            }
        });
        let is_set = cell.set(Watched::new(7)).is_ok();
        FIRST_VALUE.check(is_set, "the only one to set it was refused");
        other.join().unwrap();
        FIRST_VALUE.check(cell.get().is_some(), "there is no value, after one was set");
    });
}

#[test]
fn the_one_who_makes_it_is_dropped() {
    NEXT.model(|| {
        lane("the maker is dropped");
        let cell = Arc::new(OnceCell::new());
        let (_, waker) = Count::new();
        let mut first = Box::pin(cell.get_or_init(pending));
        assert!(poll(first.as_mut(), &waker).is_pending());
        let theirs = Arc::clone(&cell);
        let other = thread::spawn(move || {
            lane("another asks");
            *block_on(theirs.get_or_init(|| ready(2)))
        });
        drop(first);
        NEXT.check_eq("the value", other.join().unwrap(), 2);
    });
}

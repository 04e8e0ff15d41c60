//! 6.10, model-checked: a value is set while others set, look and wait.

#![cfg(loom)]

mod sleeper;

use locks::SetOnce;
use model::loom::cell::UnsafeCell;
use model::loom::sync::Arc;
use model::loom::thread;
use sleeper::block_on;
use testkit::{Exercise, Rule, lane};

const EX: Exercise = Exercise::new("6.10", "locks/set-once.md");

const FIRST_VALUE: Rule = EX.rule("A thread that sees that there is a value can read it.");
const WAIT: Rule = EX.rule("A task that waits is woken when the value is set, and gets it.");
const ONE: Rule = EX.rule("Of two that set the value, one does, and the other has its own back.");

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
fn one_sets_and_one_looks() {
    FIRST_VALUE.model(|| {
        lane("sets");
        let cell = Arc::new(SetOnce::<Watched>::new());
        let theirs = Arc::clone(&cell);
        let other = thread::spawn(move || {
            lane("looks");
            if let Some(value) = theirs.get() {
                FIRST_VALUE.check_eq("the value", value.get(), 7);
            }
        });
        let is_set = cell.set(Watched::new(7)).is_ok();
        FIRST_VALUE.check(is_set, "the only one to set it was refused");
        other.join().unwrap();
    });
}

#[test]
fn one_sets_and_one_waits() {
    WAIT.model(|| {
        lane("waits");
        let cell = Arc::new(SetOnce::<Watched>::new());
        let theirs = Arc::clone(&cell);
        let other = thread::spawn(move || {
            lane("sets");
            let is_set = theirs.set(Watched::new(7)).is_ok();
            WAIT.check(is_set, "the only one to set it was refused");
        });
        WAIT.check_eq("the value", block_on(cell.wait()).get(), 7);
        other.join().unwrap();
    });
}

#[test]
fn two_set() {
    ONE.model(|| {
        lane("sets 1");
        let cell = Arc::new(SetOnce::<Watched>::new());
        let theirs = Arc::clone(&cell);
        let other = thread::spawn(move || {
            lane("sets 2");
            let is_set = theirs.set(Watched::new(2)).is_ok();
            // Set or refused: there is a value from now on.
            let value = theirs.get().map(Watched::get);
            ONE.check(value.is_some(), "a set has returned, and there is no value");
            is_set
        });
        let first = cell.set(Watched::new(1)).is_ok();
        let value = cell.get().map(Watched::get);
        ONE.check(value.is_some(), "a set has returned, and there is no value");
        let second = other.join().unwrap();
        ONE.check(
            first != second,
            "not one of the two, but both or none have set it",
        );
        let expected = if first { 1 } else { 2 };
        ONE.check_eq("the value", value, Some(expected));
    });
}

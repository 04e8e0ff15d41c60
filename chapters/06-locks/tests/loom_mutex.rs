//! The mutex, model-checked: nobody is in the value while another is.

#![cfg(loom)]

mod sleeper;

use locks::Mutex;
use model::loom::cell::UnsafeCell;
use model::loom::thread;
use sleeper::{Count, block_on, poll};
use std::sync::Arc;
use testkit::{Exercise, Rule};

const CHAPTER: Exercise = Exercise::chapter("6", "locks/index.md");
const GUARDED: Rule = CHAPTER.may_be("6.4, 6.5 or 6.6").rule("What a lock guards is seen by one at a time, each after the one before, and one that gives up passes the lock on.");

fn add_one(value: &mut UnsafeCell<usize>) {
    // SAFETY: we have a `&mut`; that nobody else has one is what loom looks after.
    value.with_mut(|value| unsafe { *value += 1 });
}

#[test]
fn two_add() {
    GUARDED.model(|| {
        let mutex = Arc::new(Mutex::new(UnsafeCell::new(0)));
        let theirs = Arc::clone(&mutex);
        let other = thread::spawn(move || add_one(&mut block_on(theirs.lock())));
        add_one(&mut block_on(mutex.lock()));
        other.join().unwrap();
        add_one(&mut mutex.try_lock().unwrap());
        // SAFETY: nobody else is left.
        let sum = block_on(mutex.lock()).with(|sum| unsafe { *sum });
        assert_eq!(sum, 3);
    });
}

/// The lock is handed to one who is dropped, and another waits.
#[test]
fn one_who_waits_is_dropped() {
    GUARDED.model(|| {
        let mutex = Arc::new(Mutex::new(UnsafeCell::new(0)));
        let guard = mutex.try_lock().unwrap();
        let (_, waker) = Count::new();
        let mut dropped = Box::pin(mutex.lock());
        assert!(poll(dropped.as_mut(), &waker).is_pending());
        let theirs = Arc::clone(&mutex);
        let other = thread::spawn(move || add_one(&mut block_on(theirs.lock_owned())));
        drop(guard);
        drop(dropped);
        other.join().unwrap();
        assert!(mutex.try_lock().is_ok());
    });
}

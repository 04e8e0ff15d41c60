//! 6.7, model-checked: who is in the value at the same time.

#![cfg(loom)]

mod sleeper;

use std::pin::pin;

use locks::RwLock;
use model::loom::cell::UnsafeCell;
use model::loom::sync::Arc;
use model::loom::thread;
use sleeper::{Count, block_on, poll};
use testkit::{Exercise, Rule, lane};

const EX: Exercise = Exercise::new("6.7", "locks/rwlock.md");

const ALONE: Rule = EX.rule("A writer has the lock alone.");
const DOWNGRADE: Rule = EX.rule("A writer becomes a reader without letting another writer in.");
const CANCEL: Rule = EX.rule("A task that leaves the line keeps no other waiting.");

/// A value that loom watches: writing it while another reads or writes is a race.
struct Watched(UnsafeCell<usize>);

// SAFETY: that whoever writes is alone is what the lock is for, and what loom looks after.
unsafe impl Sync for Watched {}

impl Watched {
    fn add_one(&mut self) {
        // SAFETY: we have a `&mut`.
        self.0.with_mut(|value| unsafe { *value += 1 });
    }

    fn get(&self) -> usize {
        // SAFETY: we have a `&`.
        self.0.with(|value| unsafe { *value })
    }
}

fn lock() -> Arc<RwLock<Watched>> {
    Arc::new(RwLock::new(Watched(UnsafeCell::new(0))))
}

#[test]
fn one_writes_and_one_reads() {
    ALONE.model(|| {
        lane("a reader");
        let lock = lock();
        let theirs = Arc::clone(&lock);
        let other = thread::spawn(move || {
            lane("a writer");
            block_on(theirs.write()).add_one()
        });
        let read = block_on(lock.read()).get();
        ALONE.check(read <= 1, format_args!("read {read}"));
        other.join().unwrap();
        ALONE.check_eq("the value", block_on(lock.read()).get(), 1);
    });
}

#[test]
fn two_write() {
    ALONE.model(|| {
        lane("a writer");
        let lock = lock();
        let theirs = Arc::clone(&lock);
        let other = thread::spawn(move || {
            lane("another writer");
            block_on(theirs.write()).add_one()
        });
        block_on(lock.write()).add_one();
        other.join().unwrap();
        ALONE.check_eq("the value", block_on(lock.write()).get(), 2);
    });
}

#[test]
fn a_writer_becomes_a_reader() {
    DOWNGRADE.model(|| {
        lane("the writer");
        let lock = lock();
        let theirs = Arc::clone(&lock);
        let mut writer = lock.try_write().unwrap();
        let other = thread::spawn(move || {
            lane("the next writer");
            block_on(theirs.write()).add_one()
        });
        writer.add_one();
        let reader = writer.downgrade();
        DOWNGRADE.check_eq("the value, as the writer left it", reader.get(), 1);
        drop(reader);
        other.join().unwrap();
        DOWNGRADE.check_eq("the value", block_on(lock.read()).get(), 2);
    });
}

/// The lock becomes free while a writer, who is first in line, leaves.
#[test]
fn a_writer_leaves_the_line() {
    CANCEL.model(|| {
        lane("the writer leaves");
        // The standard library's, of which an owned guard is made.
        let lock = std::sync::Arc::new(RwLock::new(()));
        let holder = lock.clone().try_read_owned().unwrap();
        let (_, waker) = Count::new();
        let mut writer = Box::pin(lock.write());
        assert!(poll(writer.as_mut(), &waker).is_pending());
        let (wakes, late_waker) = Count::new();
        let mut late = pin!(lock.read());
        assert!(poll(late.as_mut(), &late_waker).is_pending());

        let other = thread::spawn(move || {
            lane("the lock is released");
            drop(holder)
        });
        drop(writer);
        other.join().unwrap();
        CANCEL.check_eq("wakes of the reader behind it", wakes.wakes(), 1);
        let is_in = poll(late, &late_waker).is_ready();
        CANCEL.check(is_in, "the reader behind it is kept waiting");
    });
}

//! A panic says where the mistake is: in the line that called, not in one of ours.
//!
//! One table for all functions that tokio marks with `#[track_caller]`, as far as this chapter and those
//! below it have them. To add one is to add a line.

#![cfg(not(loom))]

mod table;

use std::sync::Arc;

use locks::{Mutex, RwLock, Semaphore};
use table::{inside, outside};
use testkit::{Exercise, Rule};

const CHAPTER: Exercise = Exercise::chapter("6", "locks/index.md");
const PLACE: Rule = CHAPTER.rule("A panic names the line of the caller whose mistake it is.");

#[test]
fn panics_name_their_caller() {
    let table = table! {
        // Chapter 3.
        outside harness::id();
        // Chapter 5.
        inside atomic_waker::oneshot::channel::<u32>().1.blocking_recv();
        inside atomic_waker::blocking::block_on(std::future::ready(()));
        // Locks.
        outside Semaphore::new(usize::MAX);
        inside Semaphore::new(1).blocking_acquire().map(drop);
        inside Semaphore::new(1).blocking_acquire_many(1).map(drop);
        inside Arc::new(Semaphore::new(1)).blocking_acquire_owned();
        inside Arc::new(Semaphore::new(1)).blocking_acquire_many_owned(1);
        inside Mutex::new(1).blocking_lock();
        inside Arc::new(Mutex::new(1)).blocking_lock_owned();
        outside RwLock::with_max_readers(1, u32::MAX);
        inside RwLock::new(1).blocking_read();
        inside RwLock::new(1).blocking_write();
    };
    for (call, panics) in table {
        PLACE.panics_in(file!(), call, panics);
    }
}

#[test]
fn permits_of_two_semaphores() {
    let [one, other] = [Semaphore::new(1), Semaphore::new(1)];
    let [mut first, second] = [one.try_acquire().unwrap(), other.try_acquire().unwrap()];
    PLACE.panics_in(file!(), "SemaphorePermit::merge", move || {
        first.merge(second);
    });
    let [one, other] = [Semaphore::new(1), Semaphore::new(1)].map(Arc::new);
    let mut first = one.try_acquire_owned().unwrap();
    let second = other.try_acquire_owned().unwrap();
    PLACE.panics_in(file!(), "OwnedSemaphorePermit::merge", move || {
        first.merge(second);
    });
}

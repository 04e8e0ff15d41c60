//! 6.6, model-checked: an acquire is dropped while another thread releases.

#![cfg(loom)]

mod sleeper;

use locks::Semaphore;
use model::loom::sync::Arc;
use model::loom::thread;
use sleeper::{Count, poll};
use testkit::{Exercise, Rule, lane};

const EX: Exercise = Exercise::new("6.6", "locks/give-back.md");

const CONSERVED: Rule = EX.rule("No permit is lost, and none is made.");
const BACK: Rule =
    EX.rule("What an acquire had got when it is dropped goes to the next, or is free.");

#[test]
fn one_with_a_part_is_dropped() {
    CONSERVED.model(|| {
        lane("the drop");
        let semaphore = Arc::new(Semaphore::new(1));
        let (_, waker) = Count::new();
        let mut acquire = Box::pin(semaphore.acquire_many(2));
        assert!(poll(acquire.as_mut(), &waker).is_pending());
        let theirs = Arc::clone(&semaphore);
        let other = thread::spawn(move || {
            lane("the release");
            theirs.add_permits(1);
        });
        drop(acquire);
        other.join().unwrap();
        CONSERVED.check_eq("free permits", semaphore.available_permits(), 2);
    });
}

#[test]
fn the_first_of_two_is_dropped() {
    BACK.model(|| {
        lane("the drop");
        let semaphore = Arc::new(Semaphore::new(0));
        let (_, first_waker) = Count::new();
        let (second_count, second_waker) = Count::new();
        let mut first = Box::pin(semaphore.acquire());
        let mut second = Box::pin(semaphore.acquire());
        assert!(poll(first.as_mut(), &first_waker).is_pending());
        assert!(poll(second.as_mut(), &second_waker).is_pending());
        let theirs = Arc::clone(&semaphore);
        let other = thread::spawn(move || {
            lane("the release");
            theirs.add_permits(1);
        });
        drop(first);
        other.join().unwrap();
        BACK.check_eq("wakes of the second", second_count.wakes(), 1);
        let permit = BACK.ready(
            poll(second.as_mut(), &second_waker),
            "it was woken, and waits",
        );
        drop(permit);
        CONSERVED.check_eq("free permits", semaphore.available_permits(), 1);
    });
}

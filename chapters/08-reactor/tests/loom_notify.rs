//! 8.5: an unpark against the owner's way to sleep, in every interleaving. What was written before an unpark
//! is read after it.

#![cfg(loom)]

use std::sync::atomic::Ordering::Relaxed;

use model::loom::sync::Arc;
use model::loom::sync::atomic::AtomicUsize;
use model::loom::thread;
use reactor::steps::{LoneSleep, Where};
use testkit::{Exercise, Rule, lane};

const EX: Exercise = Exercise::new("8.5", "reactor/sleep.md");

const KEPT: Rule =
    EX.rule("An Unpark Is Kept: the owner does not sleep, or it is woken where it sleeps.");
const BEFORE: Rule = EX.rule("An owner that was unparked sees what was done before the unpark.");
const ONCE: Rule = EX.rule("Of several that unpark one sleep, one wakes the owner.");

/// A task is made ready, and then the owner is unparked.
#[test]
fn what_was_done_before_the_unpark() {
    BEFORE.model(|| {
        lane("the owner");
        let sleep = Arc::new(LoneSleep::new());
        let work = Arc::new(AtomicUsize::new(0));
        let (theirs, makes) = (Arc::clone(&sleep), Arc::clone(&work));
        let other = thread::spawn(move || {
            lane("another thread");
            makes.store(1, Relaxed);
            theirs.notify()
        });
        if sleep.begin_polling() {
            let place = other.join().unwrap();
            KEPT.check_eq("where the owner is woken", place, Where::Polling);
        } else {
            BEFORE.check_eq("work that the owner sees", work.load(Relaxed), 1);
            other.join().unwrap();
        }
    });
}

/// An unpark is there already. The owner uses it up, and looks for work; meanwhile comes the next one.
#[test]
fn an_unpark_after_an_unpark() {
    BEFORE.model(|| {
        lane("the owner");
        let sleep = Arc::new(LoneSleep::new());
        let work = Arc::new(AtomicUsize::new(0));
        sleep.notify();
        let (theirs, makes) = (Arc::clone(&sleep), Arc::clone(&work));
        let other = thread::spawn(move || {
            lane("another thread");
            makes.store(1, Relaxed);
            theirs.notify()
        });
        KEPT.check_eq(
            "whether the owner sleeps at first",
            sleep.begin_polling(),
            false,
        );
        if work.load(Relaxed) == 0 && sleep.begin_polling() {
            // It saw no work, and sleeps.
            let place = other.join().unwrap();
            KEPT.check_eq("where the owner is woken", place, Where::Polling);
        } else {
            other.join().unwrap();
        }
    });
}

#[test]
fn two_unparks_of_one_sleep() {
    ONCE.model(|| {
        lane("one thread");
        let sleep = Arc::new(LoneSleep::new());
        assert!(sleep.begin_polling());
        let theirs = Arc::clone(&sleep);
        let other = thread::spawn(move || {
            lane("another thread");
            theirs.notify()
        });
        let both = [sleep.notify(), other.join().unwrap()];
        let wake = both
            .iter()
            .filter(|place| **place == Where::Polling)
            .count();
        ONCE.check_eq("threads that wake the owner", wake, 1);
    });
}

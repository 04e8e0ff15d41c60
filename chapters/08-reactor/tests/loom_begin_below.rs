//! 8.6: the owner goes to sleep below while an unpark or the first source comes, in every interleaving.

#![cfg(loom)]

use model::loom::sync::Arc;
use model::loom::thread;
use reactor::steps::{LoneSleep, Where};
use testkit::{Exercise, Rule, lane};

const EX: Exercise = Exercise::new("8.6", "reactor/sleep.md");

const WATCHED: Rule =
    EX.rule("Sources Are Watched: the owner finds the first source, or is woken where it sleeps.");
const KEPT: Rule =
    EX.rule("An Unpark Is Kept: the owner does not sleep, or it is woken where it sleeps.");

#[test]
fn the_first_source_comes() {
    WATCHED.model(|| {
        lane("the owner");
        let sleep = Arc::new(LoneSleep::new());
        let theirs = Arc::clone(&sleep);
        let other = thread::spawn(move || {
            lane("another thread");
            theirs.add_source()
        });
        let sleeps = sleep.begin_below();
        let place = other.join().unwrap();
        if sleeps == Some(true) {
            WATCHED.check_eq("where the owner is woken", place, Where::Below);
        }
    });
}

#[test]
fn an_unpark_comes() {
    KEPT.model(|| {
        lane("the owner");
        let sleep = Arc::new(LoneSleep::new());
        let theirs = Arc::clone(&sleep);
        let other = thread::spawn(move || {
            lane("another thread");
            theirs.notify()
        });
        let sleeps = sleep.begin_below();
        let place = other.join().unwrap();
        if sleeps == Some(true) {
            KEPT.check_eq("where the owner is woken", place, Where::Below);
        } else {
            KEPT.check_eq("whether the unpark was used up", sleeps, None);
        }
    });
}

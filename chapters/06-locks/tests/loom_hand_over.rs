//! 6.5, model-checked: permits are released while others come to wait.

#![cfg(loom)]

mod sleeper;

use locks::Semaphore;
use model::loom::sync::Arc;
use model::loom::thread;
use sleeper::block_on;
use testkit::{Exercise, Rule, lane};

const EX: Exercise = Exercise::new("6.5", "locks/hand-over.md");

const CONSERVED: Rule = EX.rule("No permit is lost, and none is made.");

/// One wants two, which come one by one.
#[test]
fn two_come_one_by_one() {
    CONSERVED.model(|| {
        lane("the acquire");
        let semaphore = Arc::new(Semaphore::new(0));
        let theirs = Arc::clone(&semaphore);
        let other = thread::spawn(move || {
            lane("two releases");
            theirs.add_permits(1);
            theirs.add_permits(1);
        });
        block_on(semaphore.acquire_many(2)).unwrap().forget();
        other.join().unwrap();
        CONSERVED.check_eq("free permits", semaphore.available_permits(), 0);
    });
}

/// Two want one each, and both come at once.
#[test]
fn two_wait() {
    CONSERVED.model(|| {
        lane("a release, an acquire");
        let semaphore = Arc::new(Semaphore::new(0));
        let theirs = Arc::clone(&semaphore);
        let other = thread::spawn(move || {
            lane("another acquire");
            block_on(theirs.acquire()).unwrap().forget();
        });
        semaphore.add_permits(2);
        block_on(semaphore.acquire()).unwrap().forget();
        other.join().unwrap();
        CONSERVED.check_eq("free permits", semaphore.available_permits(), 0);
    });
}

//! 8.1: a clear against a report and against another clear, in every interleaving.

#![cfg(loom)]

use model::loom::sync::Arc;
use model::loom::thread;
use reactor::Ready;
use reactor::steps::LoneReadiness;
use testkit::{Exercise, Rule, lane};

const EX: Exercise = Exercise::new("8.1", "reactor/clear.md");

const SINCE: Rule =
    EX.rule("Clear What Was Seen: a clear takes away nothing that was reported since the look.");
const BOTH: Rule = EX.rule("Two clears of different facts are both done.");

/// The task has found nothing, and clears; meanwhile there is something again.
#[test]
fn a_clear_against_a_report() {
    SINCE.model(|| {
        lane("a task");
        let word = Arc::new(LoneReadiness::new());
        word.report(Ready::READABLE);
        let seen = word.look();
        let theirs = Arc::clone(&word);
        let driver = thread::spawn(move || {
            lane("the driver");
            theirs.report(Ready::READABLE);
        });
        word.clear(seen, Ready::READABLE);
        driver.join().unwrap();
        SINCE.check_eq("what is known", word.look().ready(), Ready::READABLE);
    });
}

#[test]
fn a_clear_against_a_clear() {
    BOTH.model(|| {
        lane("a task");
        let word = Arc::new(LoneReadiness::new());
        word.report(Ready::READABLE | Ready::PRIORITY);
        let seen = word.look();
        let theirs = Arc::clone(&word);
        let other = thread::spawn(move || {
            lane("another task");
            theirs.clear(theirs.look(), Ready::PRIORITY);
        });
        word.clear(seen, Ready::READABLE);
        other.join().unwrap();
        BOTH.check_eq("what is known", word.look().ready(), Ready::EMPTY);
    });
}

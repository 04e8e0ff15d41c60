//! 8.6: the owner's way to its sleep below the driver.

#![cfg(not(loom))]

use reactor::steps::{LoneSleep, Where};
use testkit::{Exercise, Rule};

const EX: Exercise = Exercise::new("8.6", "reactor/sleep.md");

const MAY: Rule =
    EX.rule("Sources Are Watched: the owner sleeps below only if there is no source.");
const KEPT: Rule = EX.rule("An Unpark Is Kept: an owner that was unparked does not sleep.");
const USED: Rule = EX.rule("An unpark ends one sleep, and no more.");
const SAID: Rule = EX.rule("An owner that sleeps below has said so: others wake it there.");

#[test]
fn without_a_source_it_sleeps_below() {
    let sleep = LoneSleep::new();
    MAY.check_eq("whether it sleeps below", sleep.begin_below(), Some(true));
    SAID.check_eq("where an unpark wakes it", sleep.notify(), Where::Below);
    sleep.end();
    MAY.check_eq(
        "whether it sleeps below again",
        sleep.begin_below(),
        Some(true),
    );
    SAID.check_eq(
        "where the first source wakes it",
        sleep.add_source(),
        Where::Below,
    );
}

#[test]
fn with_a_source_it_does_not() {
    let sleep = LoneSleep::new();
    sleep.add_source();
    MAY.check_eq("whether it sleeps below", sleep.begin_below(), Some(false));
    SAID.check_eq(
        "where an owner is woken that is up",
        sleep.notify(),
        Where::Nowhere,
    );
    sleep.take_notified();
    sleep.remove_source();
    MAY.check_eq("whether it sleeps below", sleep.begin_below(), Some(true));
}

#[test]
fn an_unpark_is_used_up() {
    let sleep = LoneSleep::new();
    sleep.notify();
    KEPT.check_eq("whether it sleeps below", sleep.begin_below(), None);
    USED.check_eq(
        "whether it sleeps the next time",
        sleep.begin_below(),
        Some(true),
    );
    sleep.end();
    // With a source as well.
    sleep.add_source();
    sleep.notify();
    KEPT.check_eq("whether it polls or sleeps", sleep.begin_below(), None);
    USED.check_eq(
        "whether it polls the next time",
        sleep.begin_below(),
        Some(false),
    );
}

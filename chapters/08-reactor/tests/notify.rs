//! 8.5: an unpark of the driver's owner, wherever that sleeps.

#![cfg(not(loom))]

use reactor::steps::{LoneSleep, Where};
use testkit::{Exercise, Rule};

const EX: Exercise = Exercise::new("8.5", "reactor/sleep.md");

const PLACE: Rule = EX.rule("The thread that unparks is told where the owner sleeps.");
const KEPT: Rule =
    EX.rule("An Unpark Is Kept: one that comes while the owner is awake ends its next sleep.");
const ONCE: Rule = EX.rule("Of several that unpark one sleep, one wakes the owner.");

#[test]
fn the_owner_is_woken_where_it_sleeps() {
    let sleep = LoneSleep::new();
    PLACE.check_eq(
        "whether it may sleep below",
        sleep.begin_below_beside_turn(),
        true,
    );
    PLACE.check_eq("where it is woken", sleep.notify(), Where::Below);
    sleep.end();
    PLACE.check_eq(
        "whether it may sleep on sources",
        sleep.begin_polling(),
        true,
    );
    PLACE.check_eq("where it is woken", sleep.notify(), Where::Polling);
    sleep.end();
    PLACE.check_eq(
        "where an owner is woken that is up",
        sleep.notify(),
        Where::Nowhere,
    );
}

#[test]
fn an_unpark_of_an_owner_that_is_awake() {
    let sleep = LoneSleep::new();
    PLACE.check_eq("where it is woken", sleep.notify(), Where::Nowhere);
    KEPT.check_eq(
        "whether it sleeps all the same",
        sleep.begin_polling(),
        false,
    );
    KEPT.check_eq(
        "whether it sleeps when that is used up",
        sleep.begin_polling(),
        true,
    );
}

/// The sources are in the same word, and are not touched.
#[test]
fn sources_stay_counted() {
    let sleep = LoneSleep::new();
    sleep.add_source();
    sleep.add_source();
    PLACE.check_eq(
        "whether it may sleep on sources",
        sleep.begin_polling(),
        true,
    );
    PLACE.check_eq("where it is woken", sleep.notify(), Where::Polling);
    sleep.end();
    PLACE.check_eq("sources", sleep.sources(), 2);
}

#[test]
fn the_second_has_nothing_to_do() {
    let sleep = LoneSleep::new();
    ONCE.check_eq(
        "whether it may sleep on sources",
        sleep.begin_polling(),
        true,
    );
    ONCE.check_eq("where the first wakes it", sleep.notify(), Where::Polling);
    ONCE.check_eq("where the second wakes it", sleep.notify(), Where::Nowhere);
    sleep.end();
    ONCE.check_eq("whether an unpark is left", sleep.take_notified(), false);
}

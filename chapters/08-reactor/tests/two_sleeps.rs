//! 8.6: a driver without sources, on a sleep that is a fake.

#![cfg(not(loom))]

mod kit;

use std::time::Duration;

use current_thread::{Park, Unpark};
use testkit::{Exercise, Rule};

use kit::{DUE, Kit};

const EX: Exercise = Exercise::new("8.6", "reactor/sleep.md");

const BELOW: Rule = EX.rule("A driver without sources sleeps on what is below it.");
const KEPT: Rule = EX.rule("An Unpark Is Kept: an owner that was unparked does not sleep.");
const USED: Rule = EX.rule("An unpark ends one sleep, and no more.");
const FREE: Rule = EX.rule("No lock of the driver is held while what is below is unparked.");
const SAID: Rule = EX.rule("An owner that sleeps below has said so: others wake it there.");
const ENDS: Rule = EX.rule("A driver that is shut down shuts down what is below it.");

#[test]
fn a_driver_without_sources_sleeps_on_what_is_below() {
    let (mut kit, below) = Kit::new();
    kit.park.park();
    BELOW.check_eq("sleeps below", below.sleeps(), 1);
    kit.handle.unpark();
    kit.park.park();
    KEPT.check_eq("sleeps below, after an unpark", below.sleeps(), 1);
    kit.park.park();
    USED.check_eq("sleeps below, after the next park", below.sleeps(), 2);
}

#[test]
fn a_sleep_with_a_limit_is_the_same() {
    let (mut kit, below) = Kit::new();
    let limit = Duration::from_secs(3600);
    kit.handle.unpark();
    kit.park.park_timeout(limit);
    KEPT.check_eq("sleeps below, after an unpark", below.sleeps(), 0);
    kit.park.park_timeout(limit);
    BELOW.check_eq("sleeps below, after the next park", below.sleeps(), 1);
}

/// It has no opinion of its own: there is nothing to look at.
#[test]
fn a_driver_without_sources_asks_below_whether_to_look() {
    let (mut kit, _below) = Kit::new();
    let answers = [DUE - 1, DUE].map(|polls| kit.park.is_due(polls));
    BELOW.check_eq("whether a look is due", answers, [false, true]);
}

#[test]
fn what_is_below_is_shut_down_too() {
    let (mut kit, below) = Kit::new();
    kit.park.shutdown();
    ENDS.check_eq("shutdowns of what is below", below.shutdowns(), 1);
}

/// While it sleeps there, an unpark goes there.
#[test]
fn an_unpark_during_the_sleep() {
    let (mut kit, below) = Kit::new();
    let handle = kit.handle.clone();
    below.meanwhile(move || {
        handle.unpark();
        handle.unpark();
    });
    kit.park.park();
    SAID.check_eq("unparks of what is below", below.unparks(), 1);
    kit.park.park();
    USED.check_eq("sleeps below", below.sleeps(), 2);
}

/// An owner that is awake is not woken: it would be a system call for nothing.
#[test]
fn an_unpark_of_an_owner_that_is_awake() {
    let (mut kit, below) = Kit::new();
    kit.park.park();
    kit.handle.unpark();
    SAID.check_eq("unparks of what is below", below.unparks(), 0);
    kit.park.park();
    KEPT.check_eq("sleeps below", below.sleeps(), 1);
}

/// What is below is another driver, or a scheduler's. Its unpark may ask this driver for something.
#[test]
fn an_unpark_that_comes_back() {
    FREE.holds("an unpark of what is below that asks the driver", || {
        let (mut kit, below) = Kit::new();
        let (unparks, asks) = (kit.handle.clone(), kit.handle.clone());
        below.on_unpark(move || {
            asks.turn();
            asks.unpark();
        });
        below.meanwhile(move || unparks.unpark());
        kit.park.park();
        FREE.check_eq("unparks of what is below", below.unparks(), 1);
    });
}

/// The owner has tasks to run, and looks in between.
#[test]
fn a_look_uses_the_unpark_up() {
    let (mut kit, below) = Kit::new();
    kit.handle.unpark();
    kit.park.park_timeout(Duration::ZERO);
    BELOW.check_eq("sleeps below, at the look", below.sleeps(), 0);
    kit.park.park();
    USED.check_eq("sleeps below, after the look", below.sleeps(), 1);
}

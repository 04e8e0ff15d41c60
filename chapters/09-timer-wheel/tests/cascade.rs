//! 9.2: how often the wheel is looked at.

#![cfg(not(loom))]

use std::ptr::NonNull;

use testkit::{Exercise, Rule};
use timer_wheel::wheel::{Timer, Wheel};

const EX: Exercise = Exercise::new("9.2", "timer-wheel/cascade.md");

const LOOKS: Rule = EX.rule("A timer moves down by at least one level at each look.");

/// A day is 5:09:37:48:00 in base 64: four slots are entered, and in the last one it is due.
#[test]
fn a_day_is_four_looks() {
    let mut wheel = Wheel::new();
    let timer = Box::pin(Timer::new(()));
    let day = 24 * 3_600 * 1_000;
    // SAFETY: a new timer, which stays in its box until it has been handed out below.
    let inserted = unsafe { wheel.insert(NonNull::from(&*timer), day) };
    LOOKS.check(inserted.is_ok(), "it was refused");
    let mut looks = Vec::new();
    while let Some(next) = wheel.next_expiration() {
        looks.push(next);
        let is_due = wheel.poll(next).is_some();
        LOOKS.check_eq("it is due", is_due, next == day);
    }
    LOOKS.check_eq("looks", looks.len(), 4);
}

//! 9.1: the level and the slot of a deadline.

#![cfg(not(loom))]

use std::pin::Pin;
use std::ptr::NonNull;

use testkit::{Exercise, Rule};
use timer_wheel::wheel::steps::{self, LEVELS};
use timer_wheel::wheel::{Timer, Wheel};

const EX: Exercise = Exercise::new("9.1", "timer-wheel/levels.md");

const LEVEL: Rule = EX.rule(
    "The level is the place of the highest digit, in base 64, in which the deadline and `elapsed` differ.",
);
const SLOT: Rule = EX.rule("The slot is the deadline's digit at the place of its level.");
const FAR: Rule = EX.rule("What differs in a digit above the sixth is far.");
const DUE: Rule = EX.rule("What is due now is in level 0, in the slot of `elapsed`.");
const NEXT: Rule = EX.rule("The next slot to look at is that of the earliest timer.");
const FOUND: Rule = EX.rule("A timer is taken out of the slot that its deadline tells.");

/// The digits of a tick in base 64, the lowest first.
fn digits(tick: u64) -> [usize; 11] {
    let mut rest = tick;
    [(); 11].map(|()| {
        let digit = rest % 64;
        rest /= 64;
        digit as usize
    })
}

/// The highest digit in which they differ; 0 if they do not.
fn highest(elapsed: u64, when: u64) -> usize {
    let (a, b) = (digits(elapsed), digits(when));
    (0..11).rev().find(|&i| a[i] != b[i]).unwrap_or(0)
}

fn check_place(elapsed: u64, when: u64) {
    let panics = format_args!("the place of {when}, as seen from {elapsed}, is a panic");
    let (level, slot) = LEVEL.returns(|| steps::place(elapsed, when), panics);
    let highest = highest(elapsed, when);
    if LEVELS <= highest {
        let what = format!("the level of {when}, as seen from {elapsed}");
        FAR.check_eq(&what, level, LEVELS);
        return;
    }
    let rule = if elapsed == when { DUE } else { LEVEL };
    let what = format!("the level of {when}, as seen from {elapsed}");
    rule.check_eq(&what, level, highest);
    let what = format!("the slot of {when} in level {level}");
    SLOT.check_eq(&what, slot, digits(when)[level]);
}

/// The example of the page.
#[test]
fn six_deadlines_from_one_moment() {
    let elapsed = 64 * 64 + 6;
    for when in [
        elapsed + 1,
        elapsed + 57,
        elapsed + 58,
        elapsed + 59,
        2 * 64 * 64,
        64 * 64 * 64,
    ] {
        check_place(elapsed, when);
    }
}

/// The same distance can be any level: it depends on the edge that lies between.
#[test]
fn one_tick_over_each_edge() {
    for level in 0..LEVELS {
        let edge = 1_u64 << (6 * level);
        for elapsed in [edge - 1, 3 * edge - 1] {
            check_place(elapsed, elapsed + 1);
        }
    }
}

#[test]
fn each_bit_of_a_deadline() {
    for start in [0, 1, 63, 64, 4_095, (1 << 36) - 1, 1 << 36, u64::MAX / 2] {
        for bit in 0..64 {
            let when = start ^ (1_u64 << bit);
            if start < when {
                check_place(start, when);
            }
        }
    }
}

/// tokio #8334: as seen from twelve days, and from two years, a short sleep is short.
#[test]
fn a_short_sleep_after_a_long_time() {
    for uptime in [1_u64 << 30, 63 << 30, 1 << 36, (3 << 36) + (5 << 30)] {
        for before in 0..3 {
            for wait in [1, 2, 63, 64, 4_096, 1 << 20] {
                check_place(uptime - before, uptime - before + wait);
            }
        }
    }
}

#[test]
fn the_last_ticks() {
    for before in 0..4 {
        check_place(0, u64::MAX - before);
        check_place(u64::MAX - 4, u64::MAX - before);
    }
}

/// A timer that is due when a slot is spread has come to its end: it needs a place as well.
#[test]
fn due_now() {
    for elapsed in [0, 1, 63, 64, 4_096, 70_000, 1 << 36, u64::MAX] {
        check_place(elapsed, elapsed);
    }
}

/// The same, seen from outside: timers of all levels, and the wheel's next tick.
#[test]
fn the_wheel_looks_at_the_earliest_slot() {
    for elapsed in [0, 6, 63, 4_096 + 6, (1 << 30) - 1] {
        let mut wheel = Wheel::starting_at(elapsed);
        let mut listed: Vec<(u64, Pin<Box<Timer<()>>>)> = Vec::new();
        for bits in [35, 3, 29, 12, 5, 20, 9, 0] {
            let when = elapsed + (1 << bits);
            let timer = Box::pin(Timer::new(()));
            // SAFETY: a new timer, which stays in its box until it is taken out below.
            let inserted = unsafe { wheel.insert(NonNull::from(&*timer), when) };
            NEXT.check(inserted.is_ok(), format_args!("{when} was refused"));
            listed.push((when, timer));
            check_next(&wheel, &listed);
        }
        while let Some((when, timer)) = listed.pop() {
            // SAFETY: it was put in above.
            unsafe { wheel.remove(NonNull::from(&*timer)) };
            let what = format!("empty, without {when}");
            FOUND.check_eq(&what, wheel.is_empty(), listed.is_empty());
            check_next(&wheel, &listed);
        }
    }
}

/// The wheel names the begin of the earliest timer's slot.
fn check_next(wheel: &Wheel<()>, listed: &[(u64, Pin<Box<Timer<()>>>)]) {
    let elapsed = wheel.elapsed();
    let begin = |when: u64| {
        let level = highest(elapsed, when).min(LEVELS);
        when >> (6 * level) << (6 * level)
    };
    let earliest = listed.iter().map(|(when, _)| begin(*when)).min();
    let what = format!("the next tick to look at, from {elapsed}");
    NEXT.check_eq(&what, wheel.next_expiration(), earliest);
}

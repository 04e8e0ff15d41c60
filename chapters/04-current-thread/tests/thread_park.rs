//! What a scheduler sleeps on, alone: a token that is kept, and a sleep with a time-out that leaves nothing
//! behind.

#![cfg(not(loom))]

use std::thread;
use std::time::{Duration, Instant};

use current_thread::{Park, ThreadPark, Unpark};
use testkit::{Exercise, Rule};

const CHAPTER: Exercise = Exercise::chapter("4", "current-thread/index.md");
const KEPT: Rule = CHAPTER.rule(
    "An unpark is kept until a sleep uses it up, and many are kept as one, before or after a time-out.",
);
const SLEEPS: Rule = CHAPTER.rule(
    "A sleep without an unpark lasts as long as it was asked to, also after one that timed out.",
);

const SHORT: Duration = Duration::from_millis(1);
const LONGER: Duration = Duration::from_millis(20);
const FOR_EVER: Duration = Duration::from_secs(1 << 40);

/// Sleeps, and checks that it was no shorter than it should be. It may be longer: the machine decides.
fn sleeps(park: &mut ThreadPark, when: &str) {
    let begun = Instant::now();
    park.park_timeout(LONGER);
    let slept = begun.elapsed();
    SLEEPS.check(
        LONGER <= slept,
        format_args!("{when}, a sleep of {LONGER:?} without an unpark ended after {slept:?}"),
    );
}

#[test]
fn a_sleep_after_a_time_out() {
    SLEEPS.holds("two sleeps, one after the other", || {
        let mut park = ThreadPark::new();
        park.park_timeout(SHORT);
        sleeps(&mut park, "after a time-out");
        sleeps(&mut park, "after two");
    });
}

#[test]
fn an_unpark_after_a_time_out_is_kept() {
    KEPT.holds("an unpark between two sleeps", || {
        let mut park = ThreadPark::new();
        let unpark = park.unparker();
        park.park_timeout(SHORT);
        unpark.unpark();
        park.park();
        sleeps(&mut park, "after a sleep that used an unpark up");
    });
}

#[test]
fn many_unparks_are_one() {
    KEPT.holds("three unparks and two sleeps", || {
        let mut park = ThreadPark::new();
        let unpark = park.unparker();
        for _ in 0..3 {
            unpark.unpark();
        }
        park.park_timeout(FOR_EVER);
        sleeps(&mut park, "after three unparks and a sleep");
    });
}

#[test]
fn a_look_uses_an_unpark_up() {
    KEPT.holds("an unpark, a look and a sleep", || {
        let mut park = ThreadPark::new();
        park.unparker().unpark();
        park.park_timeout(Duration::ZERO);
        sleeps(&mut park, "after a look");
    });
}

#[test]
fn another_thread_ends_a_sleep_with_a_time_out() {
    KEPT.holds("a sleep that would never end by itself", || {
        let mut park = ThreadPark::new();
        park.park_timeout(SHORT);
        let unpark = park.unparker();
        let other = thread::spawn(move || unpark.unpark());
        park.park_timeout(FOR_EVER);
        other.join().unwrap();
    });
}
